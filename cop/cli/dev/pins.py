"""Pin every version, transitive ones too, without naming a download host.

`constraint-dependencies` and `build-constraint-dependencies` in pyproject.toml serve `uv run`; requirements.txt with hashes
serves deployments. Both come from one resolution.
"""

from __future__ import annotations

import re
import subprocess

from cop.ground.core.tables import PACKAGE

ROOT = PACKAGE.parent
PYPROJECT, REQUIREMENTS = ROOT / "pyproject.toml", ROOT / "requirements.txt"
BUILD = ("hatchling==1.33.0", "babel==2.18.0", "editables")


def _uv(*arguments: str, given: str = "") -> str:
    done = subprocess.run(["uv", *arguments], cwd=ROOT, capture_output=True, text=True, check=True, input=given)
    return done.stdout


def _pins(text: str) -> list[str]:
    return [line.split(" \\")[0].strip() for line in text.splitlines() if re.match(r"[a-zA-Z0-9]", line)]


def _array(name: str, pins: list[str]) -> str:
    quoted = "\n".join('  "' + pin.replace('"', "'") + '",' for pin in pins)
    return f"{name} = [\n{quoted}\n]"


def run(_arguments: list[str]) -> int:
    """Resolve anew and write both."""
    text = PYPROJECT.read_text(encoding="utf-8")
    text = re.sub(r"^(build-)?constraint-dependencies = \[\n.*?^\]\n?", "", text, flags=re.S | re.M)
    PYPROJECT.write_text(text, encoding="utf-8")
    (ROOT / "uv.lock").unlink(missing_ok=True)
    export = ("export", "--no-emit-project", "--no-annotate", "--no-header", "--format", "requirements-txt")
    everything = _pins(_uv(*export, "--no-hashes", "--all-groups"))
    build = _pins(_uv("pip", "compile", "--no-annotate", "--no-header", "-", given="\n".join(BUILD)))
    arrays = f"{_array('constraint-dependencies', everything)}\n{_array('build-constraint-dependencies', build)}\n"
    text = text.replace("[tool.uv]\n", f"[tool.uv]\n{arrays}", 1)
    PYPROJECT.write_text(text, encoding="utf-8")
    (ROOT / "uv.lock").unlink(missing_ok=True)
    REQUIREMENTS.write_text(_uv(*export, "--no-dev"), encoding="utf-8")
    print(f"{len(everything)} packages pinned, {len(build)} for the build")
    return 0


def pinned() -> dict[str, set[str]]:
    """The pinned versions of each package: of pyproject.toml, under its normalised name."""
    found: dict[str, set[str]] = {}
    block = re.search(r"^constraint-dependencies = \[\n(.*?)^\]", PYPROJECT.read_text(encoding="utf-8"), re.S | re.M)
    for line in (block[1] if block else "").splitlines():
        if match := re.match(r"""\s*["']([A-Za-z0-9._-]+)==([^\s;"']+)""", line):
            found.setdefault(re.sub(r"[-_.]+", "-", match[1]).lower(), set()).add(match[2])
    return found


def required() -> dict[str, str]:
    """The pinned versions of requirements.txt."""
    found = {}
    for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)==(\S+)", line):
            found[re.sub(r"[-_.]+", "-", match[1]).lower()] = match[2]
    return found
