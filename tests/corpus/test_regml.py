"""A regulation in RegML is read with its paragraphs cited in full, and nothing of it is lost or brought in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from corpus.content import Content, Kind, clean
from corpus.errors import Unreadable
from corpus.loaders import Limits, load
from corpus.loaders.regml import _citation
from corpus.passages import cut
from tests.conftest import SHARED

REGULATIONS = sorted((SHARED / "policies" / "documents" / "us-cfpb-regulations-xml").glob("*.xml"))

RULE = """<?xml version="1.0"?>{doctype}
<regulation xmlns="eregs">
  <fdsys><title>BAGGAGE</title></fdsys>
  <preamble>
    <regLetter>Q</regLetter><cfr><title>12</title><section>77</section></cfr>
    <effectiveDate>2024-05-01</effectiveDate>
  </preamble>
  <part label="77">
    <tableOfContents><tocSecEntry><sectionSubject>Left out</sectionSubject></tocSecEntry></tableOfContents>
    <content>
      <subpart subpartLetter="A" label="77-Subpart-A"><title>Lost things</title><content>
        <section label="77-1" sectionNum="1">
          <subject>§ 77.1 Claims.</subject>
          <paragraph label="77-1-a" marker="(a)">
            <title type="keyterm">Who may claim.</title>
            <content>The <def term="owner">owner</def> of a bag, and:</content>
            <paragraph label="77-1-a-1" marker="(1)"><content>An heir; or{entity}</content></paragraph>
            <paragraph label="77-1-a-2" marker="(2)"><content>An agent under § <ref target="77-2">77.2</ref>.</content>
            </paragraph>
          </paragraph>
          <paragraph label="77-1-b" marker="(b)"><content>Claims are made within 10 days.</content></paragraph>
          <paragraph label="77-1-p1" marker=""><content>Sums are owed as follows:
            <table><header><columnHeaderRow><column>Bag</column><column>EUR</column></columnHeaderRow></header>
            <row><cell>Small</cell><cell>40</cell></row></table></content></paragraph>
        </section>
        <section label="77-2" sectionNum="2"><subject>§ 77.2 [Reserved]</subject><reserved/></section>
      </content></subpart>
      <interpretations label="77-Interp">
        <title>Supplement I</title>
        <interpSection label="77-1-Interp" sectionNum="1">
          <title>Section 77.1 Claims</title>
          <interpParagraph label="77-1-b-Interp" marker="Interp" target="77-1-b">
            <title>1(b) Time</title><content/>
            <interpParagraph label="77-1-b-Interp-1" marker="1."><title>Days.</title><content>Calendar days.</content>
            </interpParagraph>
          </interpParagraph>
        </interpSection>
      </interpretations>
    </content>
  </part>
  <notice><analysis><analysisSection><title>Talk</title><analysisParagraph>Why</analysisParagraph></analysisSection>
  </analysis></notice>
</regulation>
"""


def read(folder: Path, doctype: str = "", entity: str = "") -> Content:
    path = folder / "rule.xml"
    path.write_text(RULE.format(doctype=doctype, entity=entity))
    return load(path, Limits())


def test_a_regulation_is_read_by_its_paragraphs(tmp_path: Path) -> None:
    content = read(tmp_path)
    assert (content.title, content.effective_from) == ("12 CFR 77, Regulation Q: Baggage", date(2024, 5, 1))
    page = content.pages[0]
    assert [(b.kind, b.level, page.text[b.start : b.end]) for b in page.blocks] == [
        (Kind.HEADING, 1, "Subpart A—Lost things"),
        (Kind.HEADING, 2, "§ 77.1 Claims."),
        (Kind.HEADING, 3, "§ 77.1(a) Who may claim."),
        (Kind.PARAGRAPH, 0, "(a) The owner of a bag, and:"),
        (Kind.ITEM, 0, "(1) An heir; or"),
        (Kind.ITEM, 0, "(2) An agent under § 77.2."),
        (Kind.HEADING, 3, "§ 77.1(b)"),
        (Kind.PARAGRAPH, 0, "(b) Claims are made within 10 days."),
        (Kind.PARAGRAPH, 0, "Sums are owed as follows:"),
        (Kind.HEADER, 0, "Bag | EUR"),
        (Kind.ROW, 0, "Small | 40"),
        (Kind.HEADING, 2, "§ 77.2 [Reserved]"),
        (Kind.HEADING, 1, "Supplement I"),
        (Kind.HEADING, 2, "Section 77.1 Claims"),
        (Kind.HEADING, 3, "Official interpretation of § 77.1(b): 1(b) Time"),
        (Kind.ITEM, 0, "1. Days. Calendar days."),
    ]


@pytest.mark.parametrize(
    ("label", "citation"),
    [
        ("1005-11-c-2-i", "§ 1005.11(c)(2)(i)"),
        ("1005-11", "§ 1005.11"),
        ("1026-35a-b", "§ 1026.35a(b)"),
        ("1005-A-1-a", ""),
        ("1005-2-a-Interp-1", ""),
        ("1005-A-1-a-p1", ""),
        ("1005-11-c-p12", ""),
        (None, ""),
    ],
)
def test_labels_are_cited_as_lawyers_do(label: str | None, citation: str) -> None:
    assert _citation(label) == citation


LAUGHS = "<!DOCTYPE r [" + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10)) + "]>"


@pytest.mark.parametrize(
    ("doctype", "entity"),
    [
        ('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
        ('<!DOCTYPE r [<!ENTITY % x SYSTEM "http://localhost:9/x.dtd"> %x;]>', ""),
        (LAUGHS, "&l9;"),
    ],
)
def test_entities_bring_in_nothing(tmp_path: Path, doctype: str, entity: str) -> None:
    with pytest.raises(Unreadable, match=r"entities of its own|not well-formed|entities are nested too deeply"):
        read(tmp_path, doctype, entity)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<regulation", "not well-formed"),
        ("<html><p>x</p></html>", "its root is <html>"),
        (f"<regulation><part><content>{'<content>' * 200}{'</content>' * 200}</content></part></regulation>", "deeply"),
    ],
)
def test_what_is_no_regulation_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "x.xml").write_text(text)
    with pytest.raises(Unreadable, match=reason):
        load(tmp_path / "x.xml", Limits())


@pytest.mark.public_documents
@pytest.mark.parametrize("path", REGULATIONS, ids=lambda path: path.stem)
def test_every_paragraph_of_a_real_regulation_is_on_its_page(path: Path) -> None:
    content = load(path, Limits())
    page = content.pages[0]
    root = etree.parse(path).getroot()
    missing = []
    for kind in ("paragraph", "interpParagraph"):
        for paragraph in root.iterfind(f"{{*}}part//{{*}}{kind}"):
            for own in paragraph.iterfind("{*}content"):
                if own.find(".//{*}graphic") is None and own.find(".//{*}table") is None:
                    text = clean("".join(own.itertext()))
                    missing += [text] if text not in page.text else []
    assert missing == []
    for span in cut(content, content.title or path.stem):
        assert page.text[span.start : span.end].strip()
    assert content.effective_from is not None


@pytest.mark.public_documents
def test_there_are_real_regulations() -> None:
    assert len(REGULATIONS) == 28, f"the shared data should lie in {SHARED}"
