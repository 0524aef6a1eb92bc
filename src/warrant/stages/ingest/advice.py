"""What helps with a file that could not be read, or only in part, in a few plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warrant.stages.ingest.files import suffix_of
from warrant.stages.ingest.offer import PICTURES

if TYPE_CHECKING:
    from collections.abc import Mapping


class Advice(NamedTuple):
    """What a person is told of files with one problem."""

    one: str
    """Of one file, to go on after its number: `is a scan`."""
    many: str
    """Of several: `are scans`."""
    do: str
    """What helps, as a sentence; empty where nothing does."""
    is_record: bool = False
    """True when it is a record of a table that could not be read, not the file."""


_RECOGNISE = (
    "Have its text recognised (OCR): run in the checkout: pip install '.[ocr]'. Then write "
    "`ocr: true` into the recipe, and run again."
)
_SCAN_AGAIN = "Scan it again at 300 dpi, straight and dark, or lower least_confidence under ocr."
_SCAN = Advice("is a scan", "are scans", _RECOGNISE)
_PICTURE = Advice("is a picture", "are pictures", _RECOGNISE)
_OTHER_PICTURE = Advice(
    "is a picture of another kind", "are pictures of another kind", "Save it as .png."
)
_LOCKED = Advice("is encrypted", "are encrypted", "Open it with its password, and save it without.")
_DAMAGED = ("is damaged or of another kind", "are damaged or of another kind")
_SAVE_DOCX = Advice(*_DAMAGED, "Open it where it was made, and save it as .docx.")
_UNPACK = "Unpack it into the source folder."
_BOMB = ("unpacks to too much", "unpack to too much")
_OLD_WORD = Advice(
    "is an old Word file", "are old Word files", "Open it in Word or LibreOffice, save it as .docx."
)
_SLIDES = Advice("is a slide show", "are slide shows", "Export it as a PDF.")
_SHEET = Advice(
    "is a workbook of another kind", "are workbooks of another kind", "Save it as .xlsx or .csv."
)
_PACKED = Advice(
    "is an archive that is not .zip",
    "are archives that are not .zip",
    "Unpack it into the source folder.",
)
_SOUND = Advice("is sound or film", "are sound or film", "Save what is said in it as .txt.")
_PAGES = Advice(
    "is of another word processor", "are of another word processor", "Save it as .docx."
)
_NO_READER = Advice(
    "is of a kind that nothing here reads",
    "are of a kind that nothing here reads",
    "Save it as .docx, .pdf, .txt or .csv, or take it out of the folder.",
)

_BY_SUFFIX: dict[str, Advice] = {
    **dict.fromkeys(("doc", "dot", "wps"), _OLD_WORD),
    **dict.fromkeys(("ppt", "pptx", "pps", "ppsx", "odp", "key"), _SLIDES),
    **dict.fromkeys(tuple(PICTURES), _PICTURE),
    **dict.fromkeys(("bmp", "gif", "webp", "heic"), _OTHER_PICTURE),
    **dict.fromkeys(("xlsb", "numbers", "xlt", "xltx"), _SHEET),
    **dict.fromkeys(("7z", "rar", "tar", "gz", "tgz", "bz2", "xz", "zst"), _PACKED),
    **dict.fromkeys(("mp3", "wav", "m4a", "mp4", "mov", "avi", "mkv"), _SOUND),
    **dict.fromkeys(("pages", "wpd", "docm", "dotx"), _PAGES),
}

ADVICE: Mapping[str, Advice] = {
    "archive_empty": Advice(
        "is an archive without a file", "are archives without a file", "Put files into it."
    ),
    "archive_too_large": Advice(*_BOMB, _UNPACK),
    "archive_too_many": Advice(
        "is an archive of more than 100,000 files",
        "are archives of more than 100,000 files",
        "Divide it.",
    ),
    "archived_damaged": Advice(
        "is damaged in its archive", "are damaged in their archives", _UNPACK
    ),
    "archived_encrypted": Advice(
        "is locked in its archive",
        "are locked in their archives",
        "Unpack it with its password into the source folder.",
    ),
    "archived_link": Advice(
        "is a link in an archive", "are links in an archive", "Put the file itself in."
    ),
    "archived_macos_note": Advice(
        "is a note of macOS", "are notes of macOS", "Nothing: it holds no text."
    ),
    "archived_too_deep": Advice("lies in too many archives", "lie in too many archives", _UNPACK),
    "attachment_inside": Advice(
        "is a message in a message",
        "are messages in a message",
        "Save it beside the message.",
    ),
    "cannot_open": Advice(
        "is withheld by the system",
        "are withheld by the system",
        "Allow your account to read it.",
    ),
    "docx_encrypted": _LOCKED,
    "docx_unpacks_too_large": Advice(*_BOMB, "Divide it, or save it without its pictures."),
    "erased": Advice("was erased", "were erased", "Nothing: it must not come back."),
    "file_too_large": Advice("is too large", "are too large", "Divide it, or save it as .txt."),
    "file_without_text": Advice(
        "holds no text", "hold no text", "If it shows text, print it to a PDF and recognise that."
    ),
    "line_too_long": Advice(
        "is a line of more than 64 MB", "are lines of more than 64 MB", "Divide it.", is_record=True
    ),
    "no_header": Advice(
        "has no line that names its columns",
        "have no line that names their columns",
        "Write a first line that names each column once.",
    ),
    "not_archive": Advice(*_DAMAGED, "Make the archive again as .zip, or unpack it."),
    "not_docx": _SAVE_DOCX,
    "not_html": Advice(*_DAMAGED, "Open it in a browser, and save its text as .txt."),
    "not_json_object": Advice(
        "is no JSON object",
        "are no JSON objects",
        "Write one object a line, each key once.",
        is_record=True,
    ),
    "not_mail": Advice(*_DAMAGED, "Save it again from the mailbox as .eml."),
    "not_msg": Advice(*_DAMAGED, "Save it again from Outlook as .msg."),
    "not_odt": Advice(*_DAMAGED, "Open it where it was made, save it as .odt without a password."),
    "not_parquet": Advice(*_DAMAGED, "Write it again, or save it as .csv."),
    "not_pdf": Advice(*_DAMAGED, "Open it, and print it to a new PDF."),
    "not_picture": Advice(*_DAMAGED, "Open it, and save it again as .png."),
    "not_rtf": _SAVE_DOCX,
    "not_table": Advice(*_DAMAGED, "Open it where it was made, and save it as .csv in UTF-8."),
    "not_text": Advice(*_DAMAGED, "Open it where it was made, and save it as .txt in UTF-8."),
    "not_workbook": Advice(
        "is damaged, encrypted or empty",
        "are damaged, encrypted or empty",
        "Open it, and save it as .xlsx without a password.",
    ),
    "odt_unpacks_too_large": Advice(*_BOMB, "Divide it."),
    "parquet_same_names": Advice(
        "names a column twice", "name a column twice", "Rename one of the columns."
    ),
    "pdf_encrypted": _LOCKED,
    "pdf_without_text": _SCAN,
    "picture_too_large": Advice(
        "is a picture of too many pixels",
        "are pictures of too many pixels",
        "Save it smaller: 300 dpi are enough.",
    ),
    "reader_crashed": Advice(
        "broke the program that reads it",
        "broke the program that reads them",
        "Open it, and save it again; else leave it out.",
    ),
    "reader_too_slow": Advice(
        "took too long to read", "took too long to read", "Divide it, or save it as .txt."
    ),
    "scan_blank": Advice(
        "shows no text", "show no text", "If it does, scan it again at 300 dpi, straight and dark."
    ),
    "scan_too_long": Advice(
        "is a scan of more than 5,000 pages", "are scans of more than 5,000 pages", "Divide it."
    ),
    "scan_unsure": Advice(
        "is a scan that is hard to read", "are scans that are hard to read", _SCAN_AGAIN
    ),
    "table_line_too_long": Advice(
        "has a line of more than 64 MB",
        "have a line of more than 64 MB",
        "Save it with a line for each record.",
    ),
    "text_too_long": Advice(
        "holds more than 64 MB of text", "hold more than 64 MB of text", "Divide it."
    ),
    "workbook_no_header": Advice(
        "has no line that names its columns",
        "have no line that names their columns",
        "Name the line in the recipe (header:), or write one that names each column once.",
    ),
    "wrong_width": Advice(
        "has more or fewer cells than there are columns",
        "have more or fewer cells than there are columns",
        "Put texts with a comma or line break between quotes.",
        is_record=True,
    ),
}
"""By code of a reason why a file gave no document."""

PARTS: Mapping[str, Advice] = {
    "pages_without_text": Advice("page without text", "pages without text", _RECOGNISE),
    "pages_unsure": Advice("page hard to read", "pages hard to read", _SCAN_AGAIN),
}
"""By code of a reason why a part of a file is missing: what, how it is called, what helps."""


def advise(code: str, path: str) -> Advice | None:
    """Say what helps with a file that gave no document.

    Args:
        code: of the reason.
        path: of the file; of a kind that nothing reads, its ending decides.

    Returns:
        The advice; None for a reason of somebody else's reader, whose words must do.
    """
    if code == "no_reader":
        return _BY_SUFFIX.get(suffix_of(path), _NO_READER)
    return ADVICE.get(code)
