"""Photographs and scans that come as JPEG or PNG."""

import re
from importlib.resources import files
from io import BytesIO

import img2pdf
import pikepdf
from PIL import Image, ImageOps

from aqb.inspection.reasons import LARGEST_UPLOAD, MOST_PIXELS, Unacceptable

Image.MAX_IMAGE_PIXELS = None  # our own limit stands in `opened`
QUALITY = 95  # of a JPEG that has to be written anew
SRGB = (files("pikepdf") / "pdfa" / "data" / "sRGB.icc").read_bytes()  # read here: later no file can be opened
WHITE = (255, 255, 255)
ORIENTATION = 0x0112  # EXIF: how the camera was held
ROTATION = img2pdf.Rotation
TURNED = {1: ROTATION.none, 3: ROTATION["180"], 6: ROTATION["90"], 8: ROTATION["270"]}  # the others are mirrored
MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # of a JPEG, within its data
JFIF, ADOBE, COMMENT, SCAN, END = 0xE0, 0xEE, 0xFE, 0xDA, 0xD9
NOTES = (*range(0xE0, 0xF0), COMMENT)


def opened(content: bytes) -> Image.Image:
    """The picture, not yet decoded; raises Unacceptable when it is none or too large."""
    try:
        image = Image.open(BytesIO(content), formats=["JPEG", "PNG"])
    except (OSError, SyntaxError, ValueError) as error:
        raise Unacceptable("damaged") from error
    if image.width * image.height > MOST_PIXELS:
        raise Unacceptable("too_many_pixels")
    return image


def decoded(content: bytes) -> Image.Image:
    """The picture with all its pixels; raises Unacceptable when some are missing."""
    image = opened(content)
    try:
        image.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise Unacceptable("incomplete" if "truncated" in str(error) else "damaged") from error
    return image


def as_pdf(content: bytes, title: str) -> bytes:
    """The picture as one page of A4, PDF/A-2b: a JPEG keeps its data, everything else keeps its pixels."""
    image = decoded(content)
    held = _held(image)
    if image.format != "PNG" and image.mode in {"L", "RGB"} and held in TURNED:
        picture, turned = without_notes(content), TURNED[held]
    else:
        picture, turned = _anew(image), ROTATION.none
    a4 = img2pdf.get_layout_fun((img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297)), auto_orient=True)
    page = img2pdf.convert(picture, layout_fun=a4, nodate=True, rotation=turned)
    made = _archivable(page, title)
    if len(made) > LARGEST_UPLOAD:
        raise Unacceptable("too_big")
    return made


def _held(image: Image.Image) -> int:
    """How the camera was held, 1 to 8; upright when the picture does not say it in a way that can be read."""
    try:
        held = image.getexif().get(ORIENTATION, 1)
    except Exception:  # notes of a camera, in whatever state; the picture itself is fine
        return 1
    return held if held in range(1, 9) else 1


def _anew(image: Image.Image) -> bytes:
    """The picture in a form that PDF/A knows: upright, eight bits, grey or RGB, nothing transparent."""
    ImageOps.exif_transpose(image, in_place=True)
    lossy = image.format != "PNG"
    if image.mode.startswith("I"):
        image = image.point(lambda value: value / 256).convert("L")
    elif image.has_transparency_data:
        above = image if image.mode == "RGBA" else image.convert("RGBA")
        image = Image.new("RGB", above.size, WHITE)
        image.paste(above, mask=above.getchannel("A"))
    elif image.mode not in {"1", "L", "RGB"}:
        image = image.convert("RGB")
    image.info.clear()
    written = BytesIO()
    if lossy:
        image.save(written, "JPEG", quality=QUALITY)
    else:
        image.save(written, "PNG")
    return written.getvalue()


def without_notes(jpeg: bytes) -> bytes:
    """The same picture, bit for bit, without place, time, device, preview and whatever follows its end.

    Raises Unacceptable when the parts of the file do not fit together.
    """
    kept, at = [jpeg[:2]], 2
    while True:
        marker, end = _part(jpeg, at)
        if marker == SCAN:  # followed by data until the next marker; a progressive picture has several
            following = MARKER.search(jpeg, end)
            end = following.start() if following else len(jpeg)
        if marker not in NOTES or marker == ADOBE or (marker == JFIF and end - at == 18):
            kept.append(jpeg[at:end])
        if marker == END:
            return b"".join(kept)
        at = end


def _part(jpeg: bytes, at: int) -> tuple[int, int]:
    """Marker of the part that begins here, and where its head ends."""
    while jpeg[at : at + 2] == b"\xff\xff":  # filling
        at += 1
    if len(jpeg) < at + 2 or jpeg[at] != 0xFF:
        raise Unacceptable("damaged")
    marker = jpeg[at + 1]
    if marker == END:
        return marker, at + 2
    end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    if end < at + 4 or end > len(jpeg):
        raise Unacceptable("damaged")
    return marker, end


def _archivable(page: bytes, title: str) -> bytes:
    """The PDF with what an archive asks for: colours that everybody sees alike, a title, a language, the standard."""
    with pikepdf.open(BytesIO(page)) as pdf:
        intent = pikepdf.Dictionary(
            Type=pikepdf.Name.OutputIntent, S=pikepdf.Name.GTS_PDFA1, DestOutputProfile=pdf.make_stream(SRGB, N=3),
            OutputConditionIdentifier=pikepdf.String("sRGB"), Info=pikepdf.String("sRGB IEC61966-2.1"),
        )  # fmt: skip
        pdf.Root.OutputIntents = pikepdf.Array([intent])
        pdf.Root.Lang = pikepdf.String("de-DE")
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        del pdf.docinfo
        if "/ID" in pdf.trailer:  # made of the time of day; the writer makes one of the content
            del pdf.trailer["/ID"]
        with pdf.open_metadata(set_pikepdf_as_editor=False) as notes:
            notes["dc:title"] = title
            notes["dc:language"] = ["de-DE"]
            notes["pdfaid:part"], notes["pdfaid:conformance"] = "2", "B"
        written = BytesIO()
        pdf.save(written, deterministic_id=True, min_version="1.7")
        return written.getvalue()
