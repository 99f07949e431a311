"""Whether a text is in another language than English, which is what answers are tuned for."""

from __future__ import annotations

from corpus.language.words import words

# Common words of other languages that are no English words, nor parts of names or terms that English texts are full of
# ("Los Angeles", "de novo", "9 a.m. EST").
_OTHER_WORDS = (
    "und für nicht wird werden eine einen einem einer eines das ist sind wie wieviel wann wo welche welcher mit auf",
    "bei im zum zur ich kann darf muss mein meine kostet",
    "et une avec dans quel quelle quels quelles combien quand où sont aux cette ces je puis peut dois mon mes vous",
    "nous pas coûte",
    "una cuánto cuánta cuántos cuál cuáles cuándo cómo dónde qué para del por puedo debo según más cuesta",
    "della delle dello gli sono quanto quanti quale quali quando dove posso devo nel nella che è",
    "uma não qual quais são como posso devo meu minha pelo pela quanto custa",
    "het een voor niet zijn wat hoeveel welke wanneer waar mijn bij naar worden",
    "och att är det hur jag inte ikke hvad hva hvor hvordan jeg må kostar koster",
    "jest nie się ile jak czy dla kiedy gdzie mogę",
)
_ENGLISH_WORDS = """
    the of and what how which when who where why does did my your our with from that this these those are were be been
    being by if it its can could should would will must have any there their they you or not than about
"""
_OTHERS = frozenset(" ".join(_OTHER_WORDS).split())
_ENGLISH = frozenset(_ENGLISH_WORDS.split())


def foreign_words(text: str) -> set[str]:
    """The words of a text that tell of another language: common words of it, and words in another script."""
    return {word for word in words(text) if word in _OTHERS or any(map(_is_of_another_script, word))}


def is_foreign(text: str) -> bool:
    """Whether more words of a text tell of another language than of English. A text without either is not foreign: such
    words as "Visa Gold 2026" stand in every language."""
    return len(foreign_words(text)) > len(_ENGLISH.intersection(words(text)))


def _is_of_another_script(letter: str) -> bool:
    """Whether a letter comes after the Latin ones, and before such forms as the "ﬁ" that PDF files are set in."""
    return "\u024f" < letter < "\ufb00"
