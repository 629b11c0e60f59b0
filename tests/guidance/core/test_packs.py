"""An operator's pack adds or replaces topics, also in other languages; with a fault it is left out as a whole."""

import csv
import os
import shutil

import pytest

from cop.guidance.core.library import read_library
from cop.guidance.core.packs import BUILT_IN, SOURCE_COLUMNS, TOPIC_COLUMNS, read_pack
from cop.guidance.core.topics import AUDIENCES
from tests.guidance.core.test_texts import GOOD

HEAD = 'title = "Ours"\nproducer = "Ministry"\nlicence = "CC BY 4.0"\nedition = "1"\nreview_by = "2027-05-01"\n'
SWAHILI = HEAD + '[languages.sw]\nname = "Kiswahili"\ndir = "ltr"\ninterface = "fr"\n'
ROW = "new-topic,parents,,contact,capacity,0,,0,talking,crc"


@pytest.fixture
def pack(tmp_path):
    """A function that writes an operator's pack into a data folder and reads the library over it."""

    def write(head=HEAD, rows=(), texts=()):
        folder = tmp_path / "packs" / "ours"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "pack.toml").write_text(head, encoding="utf-8")
        if rows:
            (folder / "topics.csv").write_text("\n".join([",".join(TOPIC_COLUMNS), *rows]), encoding="utf-8")
        for name, source in dict(texts).items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(source, encoding="utf-8")
        return read_library(tmp_path)

    return write


def test_the_built_in_pack_is_whole():
    assert read_pack(BUILT_IN).faults == ()


def test_the_seventy_two_topics_are_placed_by_audience_and_age():
    library = read_library()
    assert {name: len(guide.topics) for name, guide in library.guides.items()} == {
        "5-8": 8, "9-12": 13, "13-17": 16, "parents": 12, "educators": 10, "policy": 8, "industry": 5,
    }  # fmt: skip
    assert all(1 <= len(topic.related) <= 3 and topic.sources for topic in library.topics.values())
    assert all(bool(topic.drawing) == (topic.audience == "children") for topic in library.topics.values())


def test_every_line_that_guidance_must_hold_has_a_topic_or_a_reason():
    topics = read_library().topics
    with (BUILT_IN / "lines.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) > 100
    for line in lines:
        placed = [topics[slug] for slug in line["topics"].split()]
        assert bool(placed) != bool(line["left_out"]), line
    assert {slug for line in lines for slug in line["topics"].split()} == set(topics)


def test_every_source_is_used_and_safe():
    library = read_library()
    assert {key for topic in library.topics.values() for key in topic.sources} == set(library.sources)
    assert all(source.url.startswith("https://") for source in library.sources.values())


def test_a_topic_is_added_and_stands_with_its_audience(pack):
    library = pack(rows=[ROW], texts={"en/new-topic.md": GOOD.replace("kind-words", "talking")})
    assert library.faults == ()
    assert library.guides["parents"].topics[-1].slug == "new-topic"
    assert library.show("new-topic", "en").pack.producer == "Ministry"


def test_a_text_replaces_the_built_in_one_in_its_language_alone(pack):
    library = pack(texts={"en/stop-and-tell.md": GOOD})
    assert library.show("stop-and-tell", "en").text.title == "Something feels bad"
    assert library.show("stop-and-tell", "fr").pack.name != "ours"
    assert len(library.topics) == 72


def test_a_language_beyond_the_six_has_its_own_code_and_an_interface_of_the_six(pack):
    library = pack(head=SWAHILI, texts={"sw/stop-and-tell.md": GOOD})
    assert library.tongues["sw"].interface == "fr"
    assert not library.show("stop-and-tell", "sw").missing
    stands_in = library.show("ask-first", "sw")
    assert stands_in.missing
    assert stands_in.tongue.code == "fr"


def test_a_topic_missing_in_a_language_is_shown_in_another_and_says_so(pack):
    library = pack(rows=[ROW], texts={"en/new-topic.md": GOOD.replace("kind-words", "talking")})
    shown = library.show("new-topic", "ar")
    assert shown.missing
    assert shown.tongue.code == "en"
    assert "new-topic" not in [s.topic.slug for s in library.all_of("ar")]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"head": HEAD.replace('title = "Ours"\n', "")}, "ours/pack.toml: lacks title"),
        ({"head": HEAD.replace("2027-05-01", "soon")}, "ours/pack.toml: review_by is 'soon', which is no date"),
        ({"head": "title = "}, "ours/pack.toml: can't be read"),
        ({"head": SWAHILI.replace("ltr", "up")}, "ours/pack.toml: the language 'sw' needs"),
        ({"head": SWAHILI.replace("languages.sw", "languages.fr")}, "ours/pack.toml: the language 'fr' needs a code beyond the six"),
        ({"rows": [ROW.replace("parents", "pirates")]}, "ours/topics.csv line 2: column audience: 'pirates' is not one of"),
        ({"rows": [ROW.replace("parents,,", "parents,5-8,")]}, "ours/topics.csv line 2: column band: '5-8' does not fit"),
        ({"rows": [ROW.replace("new-topic", "parents")]}, "ours/topics.csv line 2: 'parents' is no name for an address"),
        ({"rows": [ROW.replace("new-topic", "../../etc")]}, "ours/topics.csv line 2: '../../etc' is no name for an address"),
        ({"rows": [ROW.replace("crc", "rumour")]}, "ours/topics.csv line 2: column sources: 'rumour' is not in sources.csv"),
        ({"rows": [ROW.replace("talking", "nowhere")]}, "ours/topics.csv: new-topic relates to nowhere, which does not exist"),
        ({"rows": ["talking,educators,,contact,capacity,0,,0,bullying,crc"]}, "ours/topics.csv: talking is a topic for parents; another"),
        ({"texts": {"en/talking.md": GOOD.replace("Rest.", "You should have known.")}}, "is on the never-say list"),
        ({"texts": {"en/stop-and-tell.md": GOOD.replace("[help page](help)", "page")}}, "must lead to help exactly once"),
        ({"texts": {"en/talking.md": GOOD + "# lesson\n- 20 | x\n"}}, "a lesson belongs to educators' topics"),
        ({"rows": [ROW, ROW]}, "ours/topics.csv: new-topic stands twice"),
        ({"rows": [ROW]}, "ours/new-topic: has a row in topics.csv and no text in any language"),
        ({"rows": [ROW + ",one,more"]}, "ours/topics.csv line 2: has 12 cells, not 10"),
        ({"texts": {"en/unheard-of.md": GOOD}}, "ours/en/unheard-of.md: has no row in topics.csv"),
        ({"texts": {"tlh/talking.md": GOOD}}, "ours/tlh/talking.md: is in no known language"),
        ({"texts": {"en/talking.md": GOOD}}, "ours/en/talking.md line 20: leads to 'kind-words', which is no topic of the same audience"),
        ({"texts": {"en/talking.md": GOOD.replace("Rest.", "<script>")}}, "ours/en/talking.md line 22: HTML is not allowed"),
        ({"texts": {"en/bullying.md": GOOD.replace("kind-words", "law") + "# lesson\n- 5 | x\n"}}, "the minutes of the lesson are not 20"),
    ],
)  # fmt: skip
def test_a_pack_with_a_fault_is_left_out_whole_and_the_fault_is_named(pack, given, says):
    library = pack(**{"texts": {"en/stop-and-tell.md": GOOD}} | given)
    assert any(says in str(fault) for fault in library.faults), library.faults
    assert library.show("stop-and-tell", "en").text.title != "Something feels bad"
    assert len(library.topics) == 72


def test_a_pack_with_a_fault_vouches_for_no_topic_of_another_pack(tmp_path):
    for name, rows, text in (
        ("aa", ROW.replace("new-topic", "faulty"), "<b>"),
        ("bb", ROW.replace("talking", "faulty"), GOOD.replace("kind-words", "talking")),
    ):
        folder = tmp_path / "packs" / name
        (folder / "en").mkdir(parents=True)
        (folder / "pack.toml").write_text(HEAD, encoding="utf-8")
        (folder / "topics.csv").write_text(",".join(TOPIC_COLUMNS) + "\n" + rows, encoding="utf-8")
        (folder / "en" / f"{rows.split(',')[0]}.md").write_text(text, encoding="utf-8")
    library = read_library(tmp_path)
    assert {pack.name for pack in library.refused} == {"aa", "bb"}
    assert any("bb/topics.csv: new-topic relates to faulty, which does not exist" in str(fault) for fault in library.faults)


@pytest.mark.parametrize(
    "head", ["x = " + "9" * 5000, "x = " + "[" * 5000, HEAD.replace("Ministry", "Mini\\u0007stry"), HEAD.replace("2027", "1999")]
)
def test_a_pack_with_a_hostile_head_takes_nothing_else_down(pack, head):
    library = pack(head=head, texts={"en/stop-and-tell.md": GOOD})
    assert library.faults
    assert len(library.topics) == 72


def test_only_plain_files_of_reasonable_size_are_read(pack, tmp_path):
    pack(texts={"en/stop-and-tell.md": GOOD})
    folder = tmp_path / "packs" / "ours"
    (folder / "topics.csv").write_text("x" * 600_000, encoding="utf-8")
    assert any("no plain file" in str(fault) for fault in read_library(tmp_path).faults)
    (folder / "topics.csv").unlink()
    os.mkfifo(folder / "sources.csv")
    assert any("no plain file" in str(fault) for fault in read_library(tmp_path).faults)


def test_a_language_may_have_a_code_of_three_letters(pack):
    library = pack(head=SWAHILI.replace("languages.sw", "languages.tpi"), texts={"tpi/stop-and-tell.md": GOOD})
    assert library.faults == ()
    assert library.has("stop-and-tell", "tpi")


def test_a_source_with_an_unsafe_address_is_refused(tmp_path):
    folder = tmp_path / "packs" / "ours"
    folder.mkdir(parents=True)
    (folder / "pack.toml").write_text(HEAD, encoding="utf-8")
    (folder / "sources.csv").write_text(",".join(SOURCE_COLUMNS) + "\nx,T,P,2020,javascript:alert(1),\n", encoding="utf-8")
    assert "the address of x must begin with https://" in str(read_library(tmp_path).faults[0])


def test_audiences_are_the_five_doors():
    assert list(AUDIENCES) == ["children", "parents", "educators", "policy", "industry"]
