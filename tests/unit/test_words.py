"""Phrases that a native reader stumbles over stay out of the project's texts and the names of its functions."""

import re
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PHRASES = [
    r"so-manieth",
    r"[Ww]ithout a word",
    r"(?:has|have|had) (?:not )?told of",
    r"(?<!here )\b(?:is|are|was|were) no (?!longer|more|less|later|earlier|fewer|one\b|matter)",
    r"costs itself",
    r"come to sight",
    r"(?:all|taken) for read\b",
    r"starts no run",
    r"in an encoding that can be told",
    r"leaves open what",
    r"\bwants a person",
    r"\bkeeps? no (?:others?|\w+s) (?:back|from)",
    r"\bstops? no others?\b",
    r"\b(?:people|nobody|a person) (?:is|are|was|were) told (?:of|once)\b",
    r"\btells? people\b",
    r"\bfor good\b",
    r"\bin silence\b",
    r"\bof its own\b(?! machine| choice| limit)",
    r"\bin (?:a|one) process of its own\b",
    r"\bof any make\b",
    r"\bwhatever (?:dies|is there|it is|comes|stands)\b",
    r"\bstands? (?:in(?! for)|below|beside|there|first|last)\b",
    r"\bgoes before (?:both|that|what)\b",
    r"\bholds? something else\b|\bholds? other (?:bytes|evidence)\b",
    r"\blays? down a\b|\blaid over\b",
    r"\b(?:was|is|be|has been) given back\b",
    r"\bto be decided for the merchant\b",
    r"\bthat day had not come\b",
    r"\bbank's papers\b",
    r"\bwho did not come\b",
    r"\blines in all\b",
    r"\bwhere it is from\b",
    r"\banswers this dispute by now\b",
]
ENDINGS = {".py", ".md", ".yaml", ".j2", ".env", ".toml", ".txt"}
FOLDERS = ("dags", "plugins", "include", "docs", "tests")
ELSEWHERE = {"tests/unit/test_words.py"}


def texts() -> dict[str, str]:
    found = [path for folder in FOLDERS for path in (PROJECT / folder).rglob("*")]
    found += [path for path in PROJECT.iterdir() if path.name != "requirements.txt"]
    names = {path: str(path.relative_to(PROJECT)) for path in found if path.is_file() and path.suffix in ENDINGS}
    kept = {name: path for path, name in names.items() if not name.startswith("tests/data/")}
    return {name: path.read_text("utf-8") for name, path in kept.items() if name not in ELSEWHERE}


def test_no_text_uses_a_phrase_that_readers_stumble_over():
    phrase = re.compile("|".join(PHRASES))
    found = [
        f"{name}:{number}: {line.strip()}"
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if phrase.search(line) or ("def " in line and phrase.search(line.replace("_", " ")))
    ]
    assert not found, "\n".join(found)
