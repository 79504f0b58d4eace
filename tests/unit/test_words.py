"""Phrases that a native reader stumbles over stay out of every text of the project."""

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
        if phrase.search(line)
    ]
    assert not found, "\n".join(found)
