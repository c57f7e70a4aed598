# SPDX-License-Identifier: Apache-2.0
"""Papers and recordings that say who made them, for tests of what is kept of them."""

import io
import struct
import zlib
from typing import Any

import pikepdf
from PIL import Image

SENDER = "Zhang Xiaoming 13805710001"
FRAME = b"\xff\xfb\x90\x64" + bytes(range(97, 97 + 26)) * 15 + bytes(23)  # 128 kbit/s at 44.1 kHz: 417 bytes


def paper(**given: Any) -> bytes:
    """One page with a photo, its author in every place a PDF has for that."""
    pdf = pikepdf.new()
    exif = Image.Exif()
    exif[0x013B] = SENDER
    photo = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(photo, "JPEG", exif=exif, comment=SENDER.encode())
    name = pikepdf.Name
    image = pdf.make_stream(
        photo.getvalue(), Type=name.XObject, Subtype=name.Image, Width=256, Height=256,
        ColorSpace=name.DeviceRGB, BitsPerComponent=8, Filter=name.DCTDecode,
        Metadata=pdf.make_stream(SENDER.encode(), Type=name.Metadata, Subtype=name.XML),
    )  # fmt: skip
    page = pdf.add_blank_page(page_size=(100, 100))
    packed = pdf.make_stream(
        zlib.compress(photo.getvalue()), Type=name.XObject, Subtype=name.Image, Width=256, Height=256,
        ColorSpace=name.DeviceRGB, BitsPerComponent=8, Filter=pikepdf.Array([name.FlateDecode, name.DCTDecode]),
    )  # fmt: skip
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(A=image, B=packed))
    page.Contents = pdf.make_stream(b"q 100 0 0 100 0 0 cm /A Do Q")
    remark = pikepdf.Dictionary(
        Type=name.Annot, Subtype=name.Text, Rect=[0, 0, 9, 9], Contents="a remark", T=SENDER
    )
    # In the page itself, and without the type that may be left out.
    inline = pikepdf.Dictionary(
        Subtype=name.FileAttachment, Rect=[0, 0, 9, 9], T=SENDER, M=SENDER, CreationDate=SENDER,
        FS=pikepdf.Dictionary(F=SENDER), PieceInfo=pikepdf.Dictionary(A=SENDER),
        A=pikepdf.Dictionary(S=name.JavaScript, JS=SENDER),
    )  # fmt: skip
    page.Annots = pikepdf.Array([pdf.make_indirect(remark), inline, _signature(pdf)])
    pdf.Root.OpenAction = pikepdf.Dictionary(S=name.JavaScript, JS=f"app.alert('{SENDER}')")
    pdf.attachments["hidden.txt"] = SENDER.encode()
    pdf.Root.URI = pikepdf.Dictionary(Base=f"file:///C:/Users/{SENDER}/")
    layer = pikepdf.Dictionary(
        Type=name.OCG, Name="layer",
        Usage=pikepdf.Dictionary(
            CreatorInfo=pikepdf.Dictionary(Creator=SENDER), User=pikepdf.Dictionary(Type=name.Ind, Name=SENDER)
        ),
    )  # fmt: skip
    pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=[pdf.make_indirect(layer)], D=pikepdf.Dictionary())
    pdf.Root.Threads = [pdf.make_indirect(pikepdf.Dictionary(I=pikepdf.Dictionary(Author=SENDER)))]
    page.Info = pikepdf.Dictionary(Author=SENDER)
    page.Popup = pdf.make_indirect(
        pikepdf.Dictionary(Subtype=name.Popup, Rect=[0, 0, 9, 9], T=SENDER, RC=SENDER)
    )
    pdf.trailer.Sender = SENDER
    with pdf.open_metadata() as told:
        told["dc:creator"] = [SENDER]
    pdf.docinfo["/Author"] = SENDER
    out = io.BytesIO()
    pdf.save(out, compress_streams=False, **given)
    return out.getvalue()


def _signature(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """A field that was signed, the signature once an object of its own and once within the field."""
    name = pikepdf.Name
    signature = pikepdf.Dictionary(
        Type=name.Sig, Filter=name("/Adobe.PPKLite"), SubFilter=name("/adbe.pkcs7.detached"), ByteRange=[0, 1, 2, 3],
        Contents=SENDER, Name=SENDER, Location=SENDER, ContactInfo=SENDER, M=SENDER, Cert=SENDER,
    )  # fmt: skip
    field = pikepdf.Dictionary(
        Type=name.Annot, Subtype=name.Widget, FT=name.Sig, T="Signature1", Rect=[0, 0, 9, 9], V=signature,
        SV=pikepdf.Dictionary(Cert=pikepdf.Dictionary(Subject=[SENDER])),
    )  # fmt: skip
    other = pdf.make_indirect(pikepdf.Dictionary(FT=name.Sig, T="Signature2", V=pdf.make_indirect(signature)))
    certificate = pdf.make_stream(SENDER.encode())
    pdf.Root.DSS = pikepdf.Dictionary(Type=name.DSS, Certs=[certificate])
    pdf.Root.Perms = pikepdf.Dictionary(DocMDP=other.V)
    made = pdf.make_indirect(field)
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[made, other], SigFlags=3)
    return made


def swelling() -> bytes:
    """A photo of nothing, packed a thousandfold before it was put into a PDF."""
    pdf = pikepdf.new()
    name = pikepdf.Name
    photo = io.BytesIO()
    Image.new("L", (8, 8)).save(photo, "JPEG")
    head, _end, _tail = photo.getvalue().rpartition(b"\xff\xd9")
    image = pdf.make_stream(
        zlib.compress(head + bytes(21 * 2**20) + b"\xff\xd9"), Type=name.XObject, Subtype=name.Image, Width=8, Height=8,
        ColorSpace=name.DeviceGray, BitsPerComponent=8, Filter=pikepdf.Array([name.FlateDecode, name.DCTDecode]),
    )  # fmt: skip
    page = pdf.add_blank_page(page_size=(100, 100))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(A=image))
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def camera_jpeg() -> bytes:
    """A photo that says who took it before, between and behind what is drawn, in every segment a program may write."""
    photo = io.BytesIO()
    Image.effect_noise((64, 64), 60).convert("RGB").save(
        photo, "JPEG", progressive=True, icc_profile=b"colours"
    )
    data = photo.getvalue()
    said = SENDER.encode()
    told = b"".join(
        b"\xff" + bytes([mark]) + struct.pack(">H", len(said) + 2) + said
        for mark in (*range(0xE1, 0xF0), 0xFE)
    )
    second = data.rindex(b"\xff\xda")
    return data[:2] + told + data[2:second] + told + data[second:] + data[:2] + told


def bomb(megabytes: int) -> bytes:
    """A sound PDF whose few objects are followed by that much of nothing, packed a thousandfold."""
    catalog = b"<</Type/Catalog/Pages 2 0 R>>"
    packer = zlib.compressobj(1)
    packed = packer.compress(b"1 0 2 30 " + catalog.ljust(30) + b"<</Type/Pages/Kids[]/Count 0>>")
    packed += b"".join(packer.compress(bytes(2**20)) for _ in range(megabytes)) + packer.flush()
    file = b"%PDF-1.5\n"
    objects = len(file)
    head = b"3 0 obj<</Type/ObjStm/N 2/First 9/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    file += head + packed + b"\nendstream endobj\n"
    index = len(file)
    rows = [(0, 0, 0), (2, 3, 0), (2, 3, 1), (1, objects, 0), (1, index, 0)]
    packed = b"".join(struct.pack(">BIH", *row) for row in rows)
    head = b"4 0 obj<</Type/XRef/Size 5/W[1 4 2]/Root 1 0 R/Length %d>>stream\n" % len(packed)
    return file + head + packed + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % index


def box(kind: bytes, inside: bytes) -> bytes:
    """A box of an MP4."""
    return struct.pack(">I", 8 + len(inside)) + kind + inside


def recording_mp4() -> bytes:
    """The boxes of a voice memo that says who, when and where."""
    said = SENDER.encode()
    dated = b"\0\0\0\0" + b"WHENWHEN" + bytes(80)
    track = box(b"trak", box(b"tkhd", dated) + box(b"mdia", box(b"mdhd", dated)) + box(b"udta", said))
    moov = box(
        b"moov", box(b"mvhd", dated) + track + box(b"udta", box(b"\xa9xyz", said)) + box(b"meta", said)
    )
    return box(b"ftyp", b"M4A \0\0\0\0") + moov + box(b"uuid", said) + box(b"mdat", b"the sound itself")


def recording_mp3(frames: int = 20) -> bytes:
    """Frames between an ID3v2 and an ID3v1 tag, another tag in the middle."""
    said = SENDER.encode()
    id3 = b"ID3\x04\0\0" + bytes([0, 0, 0, len(said) + 2]) + said + b"\xff\xfb"
    ape = b"APETAGEX" + said
    return (
        id3 + FRAME * (frames // 2) + ape + FRAME * (frames - frames // 2) + b"TAG" + said.ljust(125, b"\0")
    )


def element(name: str, data: bytes, *, open_ended: bool = False) -> bytes:
    """One element of a WebM; `open_ended` as recorders write what they do not know the end of."""
    size = b"\x01" + (b"\xff" * 7 if open_ended else len(data).to_bytes(7))
    return bytes.fromhex(name) + size + data


def webm(*, kind: int = 2, open_ended: bool = True, told: bytes = b"") -> bytes:
    """A recording of one track as a browser makes it, telling what made it and when; `told` is more beside its track."""
    info = (
        element("2ad7b1", (1_000_000).to_bytes(3))
        + element("4d80", b"Secret Phone")
        + element("4461", b"\x07" * 8)
    )
    track = (
        element("d7", b"\x01")
        + element("83", bytes([kind]))
        + element("86", b"A_OPUS")
        + element("536e", b"Li Si")
    )
    cluster = element("e7", b"\x00") + element("a3", b"\x81\x00\x00\x80sound")
    body = (
        element("1549a966", info)
        + element("1654ae6b", element("ae", track))
        + told
        + element("1f43b675", cluster, open_ended=open_ended)
    )
    return element("1a45dfa3", element("4282", b"webm")) + element("18538067", body, open_ended=open_ended)
