"""Earlier answers are found by what they say, in fixed memory, by their own tenant alone, whatever becomes of files."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from accel import AnswerTrie, MeanRows, Request, Source, Step, TokenTrie, TrieDrafter, decode
from accel import answers as module
from accel.answers import LONGEST_ANSWER, LONGEST_MATCH
from tests.accel.hash_runtime import HashRuntime

ROOM = 512
LONGEST = ROOM // 16
VOCABULARY = 12
# Enough to overwrite the ring three times, and to be cut into by its end in many ways.
MANY = [[at * step % 5 % 4 for step in range(at % LONGEST + 1)] for at in range(120)]
some_answers = st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=LONGEST), max_size=60)


def trie_of(answers: Sequence[Sequence[int]], folder: Path | None = None, key: str = "") -> AnswerTrie:
    trie = AnswerTrie(ROOM, folder, key)
    for answer in answers:
        trie.insert(answer)
    return trie


def matches_by_hand(answers: Sequence[Sequence[int]], context: Sequence[int]) -> list[tuple[int, int]]:
    """Place and length of every match of two tokens or more in the newest answers, as many as there is room for."""
    begins = np.cumsum([0, *[len(answer) + 1 for answer in answers]]).tolist()
    found = []
    for begin, answer in zip(begins, answers, strict=False):
        for at in range(len(answer) if begins[-1] - begin <= ROOM else 0):
            length = 0
            most = min(at + 1, LONGEST_MATCH, len(context))
            while length < most and answer[at - length] == context[-1 - length]:
                length += 1
            if length >= 2:
                found.append((begin + 1 + at, length))
    return sorted(found, key=lambda match: (-match[1], -match[0]))


@given(some_answers, st.lists(st.integers(-1, 3), max_size=40), st.integers(0, 60), st.integers(2, 40))
@example(MANY, [1, 2, 3, 0], 118, 12)
@example(MANY[:101], [0, 2, 0], 80, 40)
@settings(max_examples=150, deadline=None)
def test_matches_are_those_of_a_search_by_hand(
    answers: list[list[int]], other: list[int], which: int, size: int
) -> None:
    trie = trie_of(answers)
    contexts = [other, *[answer[:size] for answer in answers[which:][:1]]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "LOOKED_AT", 10**6)
        for context in contexts:
            by_hand = matches_by_hand(answers, context)
            assert trie.matches(context, 10**6) == by_hand
            assert trie.matches(context, 3) == by_hand[:3]
    for place, length in trie.matches(other):
        assert trie.read(place - length + 1, length) == other[len(other) - length :]


def test_of_an_ngram_that_occurs_often_the_newest_places_are_found() -> None:
    trie = trie_of([[1, 2, token] for token in range(100)])
    found = [trie.read(place, 5) for place, _ in trie.matches([1, 2])]
    assert found == [[2, token] for token in range(99, 99 - len(found), -1)]
    assert len(found) >= 8


def test_what_followed_ends_with_the_answer() -> None:
    trie = trie_of([[5, 6, 7, 8], [9, 9]])
    [(place, length)] = trie.matches([5, 6])
    assert length == 2
    assert trie.read(place, 100) == [6, 7, 8]
    assert trie.read(place, 2) == [6, 7]
    assert trie.read(place + 100, 2) == trie.read(-1, 2) == []


def test_an_empty_answer_is_nothing_a_long_one_is_cut_and_what_is_no_token_is_refused() -> None:
    trie = AnswerTrie(2**15)
    trie.insert([])
    assert len(trie) == 0
    trie.insert(range(3 * LONGEST_ANSWER))
    assert len(trie) == LONGEST_ANSWER + 1
    for wrong in (-1, 2**31, 2**70):
        with pytest.raises(ValueError, match="tokens are numbers"):
            trie.insert([1, wrong])
    with pytest.raises(ValueError, match="room"):
        AnswerTrie(10)


def test_used_answers_outlive_unused_ones_until_they_are_out_of_use_too() -> None:
    trie = trie_of([[1000, 1001, 1002], [2000, 2001, 2002]])
    [(place, _)] = trie.matches([1000, 1001, 1002])
    for _ in range(4):
        trie.used(place)

    def rounds_survived() -> int:
        rounds = 0
        while trie.matches([1000, 1001]):
            for token in range(0, ROOM, 8):
                trie.insert(range(token, token + 7))
            assert not trie.matches([2000, 2001])
            rounds += 1
        return rounds

    # Uses of 4, then 2, then 1, then none: each is worth a round.
    assert 3 <= rounds_survived() <= 5


def test_where_all_answers_are_of_use_the_oldest_make_room_all_the_same() -> None:
    trie = AnswerTrie(ROOM)
    for token in range(1000):
        trie.insert([token, token + 1, token + 2])
        [(place, _), *_] = trie.matches([token, token + 1, token + 2])
        trie.used(place)
        assert len(trie) <= ROOM
    assert trie.matches([999, 1000, 1001])


def test_an_answer_is_credited_by_any_of_its_places_and_no_other_is() -> None:
    trie = trie_of([[1000, 1001], [2000, *range(20), 2001], [3000, 3001]])
    [(place, _)] = trie.matches([19, 2001])
    trie.used(place)
    trie.used(10**9)
    trie.used(-3)
    for token in range(0, ROOM, 8):
        trie.insert(range(token, token + 7))
    assert [bool(trie.matches(run)) for run in ([1000, 1001], [19, 2001], [3000, 3001])] == [False, True, False]


def test_answers_reopened_are_the_same(tmp_path: Path) -> None:
    answers = [[at % 7, at % 5, at % 3, at % 2, at] for at in range(300)]
    trie = trie_of(answers, folder=tmp_path)
    contexts = [answer[:4] for answer in answers]
    before, size = [trie.matches(context) for context in contexts], len(trie)
    del trie
    again = AnswerTrie(ROOM, tmp_path)
    assert len(again) == size
    assert [again.matches(context) for context in contexts] == before
    again.insert([50, 51, 52])
    assert again.matches([50, 51])


@pytest.mark.parametrize("change", ["key", "room", "short", "long", "missing", "label", "folder"])
def test_files_made_for_something_else_or_damaged_are_dropped(tmp_path: Path, change: str) -> None:
    trie_of([[1, 2, 3]], folder=tmp_path, key="a")
    data, label = tmp_path / "answers.bin", tmp_path / "answers.json"
    if change in ("short", "long"):
        data.write_bytes(data.read_bytes()[:100] if change == "short" else data.read_bytes() * 2)
    elif change in ("missing", "folder"):
        data.unlink()
        if change == "folder":
            (data / "inside").mkdir(parents=True)
    elif change == "label":
        label.write_text("{[" * 10_000)
    trie = AnswerTrie(2 * ROOM if change == "room" else ROOM, tmp_path, "b" if change == "key" else "a")
    assert len(trie) == 0
    assert trie.matches([1, 2]) == []
    trie.insert([4, 5, 6])
    assert trie.matches([4, 5])
    assert json.loads(label.read_text())["key"] == ("b" if change == "key" else "a")


def write(prompt: Sequence[int], answers: AnswerTrie | None, length: int = 40) -> list[Step]:
    trie = TokenTrie()
    trie.read(prompt)
    drafter = TrieDrafter(trie, MeanRows(12), prompt_length=len(prompt), answers=answers)
    return list(decode(HashRuntime(VOCABULARY), [Request(prompt, length, drafter=drafter)]))


def tokens_of(steps: Sequence[Step]) -> list[int]:
    return [token for step in steps for token in step.tokens]


def test_an_answer_given_before_is_drafted_nearly_whole_and_kept_for_it() -> None:
    cold = write([3, 1], None)
    answer = tokens_of(cold)
    trie = AnswerTrie(2**12)
    trie.insert(answer)
    trie.insert([1000, 1001])
    warm = write([3, 1], trie)
    assert tokens_of(warm) == answer
    assert len(warm) <= 8 < len(cold)
    assert any(Source.EARLIER in step.source for step in warm)
    for token in range(2000, 2000 + 2**12, 8):
        trie.insert(range(token, token + 7))
    assert trie.matches(answer[:5])
    assert not trie.matches([1000, 1001])


def test_what_was_copied_is_not_copied_again() -> None:
    trie = AnswerTrie(2**12)
    trie.insert(range(100))
    request = TokenTrie()
    request.read([0])
    drafter = TrieDrafter(request, MeanRows(12), answers=trie)
    for token in range(1, 90):
        request.feed(token)
        drafter.draft(token, 5)
    assert max(len(request.places(token)) for token in range(90)) <= 3


def test_two_tenants_never_share(tmp_path: Path) -> None:
    prompt, secret = [3, 1], [1, 900, 901, 902, 903]
    ours, theirs = AnswerTrie(ROOM, tmp_path / "ours"), AnswerTrie(ROOM, tmp_path / "theirs")
    for trie, answer in ((ours, secret), (theirs, [1, 800, 801])):
        trie.insert([*prompt, *answer])
    assert ours.matches([901, 902])
    assert theirs.matches([901, 902]) == []

    def drafted(answers: AnswerTrie | None) -> set[int]:
        request = TokenTrie()
        request.read([3, 1, 1])
        return set(TrieDrafter(request, MeanRows(12, price=0.005), answers=answers).draft(1, 9).tokens)

    assert 900 in drafted(ours)
    assert not drafted(theirs) & set(secret[1:])
    assert not drafted(None) & {800, 801, *secret[1:]}
    assert b"".join(path.read_bytes() for path in (tmp_path / "theirs").iterdir()).count(np.int32(901).tobytes()) == 0


@given(
    st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=300)), min_size=1, max_size=6),
    st.integers(0, 10**6),
    st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_garbage_in_the_files_raises_nothing_and_changes_no_answer(
    tmp_path_factory: pytest.TempPathFactory, damages: list[tuple[float, bytes]], seed: int, while_open: bool
) -> None:
    folder = tmp_path_factory.mktemp("answers")
    answer = tokens_of(write([3, 1], None))
    trie = trie_of([answer, *[[token] * 9 for token in range(30)], answer], folder=folder)
    draw = np.random.default_rng(seed)
    with (folder / "answers.bin").open("r+b") as file:
        size = file.seek(0, 2)
        for where, garbage in damages:
            file.seek(int(where * (size - len(garbage))))
            file.write(garbage)
        if seed % 3 == 0:
            # All the tokens, or the numbers before them too.
            file.seek(0 if seed % 2 else size - 4 * ROOM)
            file.write(draw.bytes(size - file.tell()))
    if not while_open:
        trie = AnswerTrie(ROOM, folder)
    assert 0 <= len(trie) <= ROOM
    for _ in range(4):
        steps = write([3, 1], trie, length=10)
        assert tokens_of(steps) == answer[:10]
        assert all(token < VOCABULARY for step in steps if step.tree for token in step.tree.tokens)
        for _ in range(8):
            trie.used(int(draw.integers(-10, 2 * ROOM)))
            trie.insert(draw.integers(0, VOCABULARY, LONGEST).tolist())
    trie.insert([1000, 1001, 1002])
    assert [trie.read(place, 9) for place, _ in trie.matches([1000, 1001])] == [[1001, 1002]]
    assert len(trie) <= ROOM


def test_memory_and_files_stay_as_they_are(tmp_path: Path) -> None:
    room = 2**14
    trie = AnswerTrie(room, tmp_path)
    bytes_before, files_before = trie.nbytes, [path.stat().st_size for path in sorted(tmp_path.iterdir())]
    assert bytes_before <= 36 * room + 16
    draw = np.random.default_rng(1)
    sentences = draw.integers(0, 50_000, (200, 50))
    fed = 0
    while fed < 400_000:
        answer = sentences[draw.integers(0, 200, draw.integers(1, 12))].ravel().tolist()
        trie.insert(answer)
        for place, _ in trie.matches(answer[:8])[:2]:
            trie.used(place)
        fed += len(answer)
        assert len(trie) <= room
    assert trie.nbytes == bytes_before
    assert [path.stat().st_size for path in sorted(tmp_path.iterdir())] == files_before
    assert [trie.read(place, 600) for place, length in trie.matches(answer[:8])[:1]] == [answer[7:]]


def test_many_threads_may_share_it() -> None:
    trie = AnswerTrie(ROOM)
    failures: list[BaseException] = []

    def work(first: int) -> None:
        try:
            for at in range(300):
                trie.insert([first, at, at + 1, at + 2])
                for place, length in trie.matches([at, at + 1]):
                    assert length >= 2
                    assert trie.read(place, 2)[:1] in ([], [at + 1])
                    trie.used(place)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(1000 * first,)) for first in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == []
    assert 0 < len(trie) <= ROOM
