"""What kind of folder a workspace lies in: a sync client's, a network drive's, one without case.

A sync client copies half-written files and the vault to other machines; a network drive may lose
the lock that keeps two writers apart; where `A` and `a` are one file, a copy of the workspace may
lose one of two sources that differ in case only.

Source: Linux, proc_pid_mountinfo(5); macOS, mount(8).
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path, PurePosixPath

_SYNCED = re.compile(
    r"(Dropbox|OneDrive|Google ?Drive|iCloud ?Drive|Nextcloud|ownCloud|Proton ?Drive|Seafile|"
    r"SynologyDrive|pCloud ?Drive|Tresorit)(?![a-z]).*|"
    r"(CloudStorage|Mobile Documents|Box|Box Sync|MEGA)",
    re.IGNORECASE,
)
"""Name of a folder that a sync client copies."""
_SYNC_MARKS = {
    ".stfolder": "Syncthing",
    ".dropbox.cache": "Dropbox",
    ".owncloudsync.log": "ownCloud",
}
"""What a sync client leaves at the top of its folder."""

NETWORK = frozenset(
    {
        "9p",
        "afpfs",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "davfs",
        "drvfs",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
        "vboxsf",
        "webdav",
    }
)
"""File systems that lie on another machine, or on the host of a virtual one."""
_NETWORK_FUSE = ("sshfs", "rclone", "s3fs", "gcsfuse", "gvfsd", "davfs", "goofys", "blobfuse")
_MAC_MOUNT = re.compile(r"^.* on (?P<place>.*) \((?P<kind>[^,)]+)")
_OCTAL = re.compile(r"\\(\d{3})")


def sync_client(root: Path) -> str | None:
    """Name the sync client in whose folder a workspace lies.

    Args:
        root: the workspace.

    Returns:
        The name of the folder or client; None when there is no sign of one.
    """
    place = root.resolve()
    for folder in (place, *place.parents):
        found = _SYNCED.fullmatch(folder.name)
        if found:
            return folder.name
        for mark, client in _SYNC_MARKS.items():
            if _is_there(folder / mark):
                return client
    return None


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False  # a folder above that is not ours to look into


def network_drive(root: Path) -> str | None:
    """Name the kind of network drive on which a workspace lies.

    Args:
        root: the workspace.

    Returns:
        Its file system, such as `nfs4`; None when it lies on this machine, or nobody says.
    """
    place = root.resolve()
    if sys.platform == "win32":  # pragma: no cover - Windows only
        return "a network share" if str(place).startswith("\\\\") else None
    kind = drive_kind(_mounts(), place.as_posix())
    if kind is None:
        return None
    is_network = kind in NETWORK or (
        kind.startswith(("fuse.", "macfuse", "osxfuse"))
        and any(name in kind for name in _NETWORK_FUSE)
    )
    return kind if is_network else None


def drive_kind(mounts: str, place: str) -> str | None:
    """Find the file system of a path.

    Args:
        mounts: as Linux has it in /proc/self/mounts, or as `mount` of macOS prints it.
        place: an absolute path.

    Returns:
        The file system's name; None when no mount holds the path.
    """
    best: tuple[int, str | None] = (-1, None)
    for line in mounts.splitlines():
        mac = _MAC_MOUNT.match(line)
        words = line.split(" ")
        if mac:
            mounted, kind = mac["place"], mac["kind"]
        elif len(words) > 2:
            mounted, kind = _OCTAL.sub(lambda code: chr(int(code[1], 8)), words[1]), words[2]
        else:
            continue
        holds = mounted == place or PurePosixPath(mounted) in PurePosixPath(place).parents
        if holds and len(mounted) >= best[0]:
            best = (len(mounted), kind)
    return best[1]


def ignores_case(root: Path) -> bool:
    """Say whether `A` and `a` are one file where a workspace lies.

    Args:
        root: the workspace, a folder that is there.

    Returns:
        True when its name in other letters is the same folder; False when it holds no letter.
    """
    place = root.resolve()
    other = place.with_name(place.name.swapcase()) if place.name else place
    return other.name != place.name and other.exists() and other.samefile(place)


def _mounts() -> str:
    listed = Path("/proc/self/mounts")
    if listed.exists():
        return listed.read_text("utf-8", errors="replace")
    program = Path("/sbin/mount")
    if not program.exists():
        return ""
    done = subprocess.run([str(program)], capture_output=True, text=True, check=False, timeout=10)  # noqa: S603 - a program of the system
    return done.stdout
