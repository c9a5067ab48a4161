"""What machine this is, in words, for figures that are to be compared with others."""

import os
import platform
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def usable_cores() -> int:
    """Those that this process may run on; fewer than the machine has in many a container."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processor_name() -> str:
    """The processor as its maker calls it, with what it has for networks, as far as the system tells."""
    facts: dict[str, str] = {}
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        facts = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    flags = facts.get("flags", "").split()
    known = (
        ("AVX-512", "avx512f"),
        ("AVX-512 VNNI", "avx512_vnni"),
        ("AVX-512 BF16", "avx512_bf16"),
        ("AMX", "amx_tile"),
    )
    found = [name for name, flag in known if flag in flags]
    name = facts.get("model name") or platform.processor() or platform.machine()
    return f"{name} ({', '.join(found)})" if found else name


def load() -> float | None:
    """How many programs wanted a core in the last minute, where the system counts that."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def installed_version(package: str) -> str | None:
    """Of an installed package; None where it is missing."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
