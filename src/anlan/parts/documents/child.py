# SPDX-License-Identifier: Apache-2.0
"""The program of the process in which one document is set, from JSON on standard input to a PDF on standard output. Knows no Django."""

import json
import re
import resource
import sys
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

MEMORY = 2 * 1024 * 1024 * 1024
SECONDS = 50
"""Of the processor."""
UNPRINTABLE, FAILED = 3, 4
STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]
LOST = re.compile(r"the text `\"(.*)\"` could not be displayed", re.DOTALL)
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def main() -> int:
    """Sets it; the exit status says how it went."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    given = sys.stdin.buffer.read().decode()
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(pylopdf_fonts_zh_cn.serif_path().parent)],
    )
    compiler = typst.Compiler(
        Path(__file__).with_name("official.typ").read_bytes(),
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs={"data": given},
    )
    try:
        made = compiler.compile(
            format="pdf", pdf_standards=STANDARDS, timestamp=int(json.loads(given)["made_at"])
        )
    except typst.TypstError as error:
        lost = LOST.search(error.message)
        if lost is None:
            sys.stderr.write(f"{error.message} {error.hints} {error.trace}")
            return FAILED
        character = ESCAPED.sub(lambda found: chr(int(found[1], 16)), lost[1])
        sys.stdout.buffer.write(character.encode(errors="replace"))
        return UNPRINTABLE
    assert isinstance(made, bytes)
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
