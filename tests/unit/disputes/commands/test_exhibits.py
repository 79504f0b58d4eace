"""`python -m disputes exhibits`."""

from pathlib import Path

import pypdfium2
import pytest
from tests.unit.disputes.pages import noise, page_text, picture

from disputes.__main__ import main
from disputes.commands import exhibits
from disputes.limits import ALL_BYTES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "proof_of_delivery-1.txt").write_text("Delivered")
    (tmp_path / "photo.png").write_bytes(picture(40, 40))
    (tmp_path / "all.zip").write_bytes(b"PK\3\4")
    (tmp_path / "empty.txt").touch()
    return tmp_path


def made(folder: Path, *names: str, more: tuple[str, ...] = ()) -> int:
    return main(["exhibits", *(str(folder / name) for name in names), "--out", str(folder / "out.pdf"), *more])


def test_documents_become_one_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert made(folder, "proof_of_delivery-1.txt", "photo.png", more=("--page-size", "us-letter")) == 0
    text = page_text((folder / "out.pdf").read_bytes())
    assert "Exhibit 1: Proof of delivery" in text
    assert "Delivered" in text
    assert "Exhibit 2: Photo" in text
    assert pypdfium2.PdfDocument(folder / "out.pdf")[1].get_size() == (612, 792)
    assert capsys.readouterr() == ("", "")


def test_refused_documents_are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert made(folder, "all.zip", "photo.png", "empty.txt", "missing.pdf", ".") == exhibits.SOME_REFUSED
    lines = capsys.readouterr().err.splitlines()
    for line, (name, reason) in zip(
        lines,
        [
            ("all.zip", "is an archive"),
            ("empty.txt", "is empty"),
            ("missing.pdf", "No such file"),
            ("", "is not a file"),
        ],
        strict=True,
    ):
        assert line.startswith(str(folder / name))
        assert reason in line


def test_when_all_are_refused_no_file_is_written(folder: Path) -> None:
    assert made(folder, "all.zip", "empty.txt") == exhibits.ALL_REFUSED
    assert not (folder / "out.pdf").exists()


def test_control_characters_in_a_file_name_do_not_reach_the_terminal(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert made(folder, "a\x1b[31m\n.pdf") == exhibits.ALL_REFUSED
    assert capsys.readouterr().err.startswith(f"{folder}/a[31m .pdf: cannot be read")


def test_refused_attachments_are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mail = "From: a@example.com\nContent-Type: application/zip; name=all.zip\n\nPK"
    (folder / "mail.eml").write_text(mail)
    assert made(folder, "mail.eml") == 0
    assert capsys.readouterr().err.startswith(f"{folder / 'mail.eml'}: all.zip: is an archive")


def test_an_output_path_that_cannot_be_written_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exhibits", str(folder / "photo.png"), "--out", str(folder / "no" / "out.pdf")]) == exhibits.FAILED
    assert "cannot be written: No such file" in capsys.readouterr().err


def test_documents_that_do_not_fit_are_shrunk_or_left_out_and_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(4):
        (folder / f"photo-{number}.jpg").write_bytes(noise(1700, 2200, grain=1))
    (folder / "long.txt").write_text("x\n" * 2_050)
    names = [*(f"photo-{number}.jpg" for number in range(4)), "photo.png", "long.txt", "proof_of_delivery-1.txt"]
    assert made(folder, *names) == exhibits.SOME_REFUSED
    assert (folder / "out.pdf").stat().st_size <= ALL_BYTES
    assert "long.txt: does not fit" in capsys.readouterr().err


def test_captions_count_towards_the_size_limit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(folder, "photo.png", "proof_of_delivery-1.txt")
    monkeypatch.setattr(exhibits, "ALL_BYTES", (folder / "out.pdf").stat().st_size - 10)
    assert made(folder, "photo.png", "proof_of_delivery-1.txt") == exhibits.SOME_REFUSED
    assert "Exhibit 2" not in page_text((folder / "out.pdf").read_bytes())
