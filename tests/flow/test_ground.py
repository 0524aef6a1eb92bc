"""Where a workspace should not lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from warrant.flow import ground
from warrant.flow.care import doctor
from warrant.flow.ground import NETWORK, drive_kind, ignores_case, network_drive, sync_client

LINUX = """\
proc /proc proc rw 0 0
/dev/sda1 / ext4 rw,relatime 0 0
server:/home /home nfs4 rw 0 0
/dev/sdb1 /home/ada ext4 rw 0 0
ada@box:/ /mnt/far fuse.sshfs rw 0 0
C:\\134 /mnt/c 9p rw 0 0
//nas/data /mnt/our\\040share cifs rw 0 0
overlay / overlay rw 0 0
"""
MAC = """\
/dev/disk3s1 on / (apfs, sealed, local, read-only)
/dev/disk3s5 on /System/Volumes/Data (apfs, local)
//ada@nas/data on /Volumes/our data (smbfs, nodev, nosuid)
"""


def warnings(root: Path) -> list[str]:
    return [one.text for one in doctor(root) if one.level == "warning"]


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/home/bob/model", "nfs4"),
        ("/home/ada/model", "ext4"),
        ("/homes/x", "overlay"),
        ("/mnt/our share/x", "cifs"),
        ("/mnt/c/x", "9p"),
        ("/mnt/far", "fuse.sshfs"),
    ],
)
def test_the_nearest_mount_says_what_a_path_lies_on(place: str, kind: str) -> None:
    assert drive_kind(LINUX, place) == kind


def test_macos_says_it_otherwise() -> None:
    assert drive_kind(MAC, "/Volumes/our data/model") == "smbfs"
    assert drive_kind(MAC, "/Users/ada") == "apfs"
    assert drive_kind("", "/x") is None


@pytest.mark.skipif(not Path("/proc/self/mounts").exists(), reason="asks Linux")
def test_a_network_drive_is_warned_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert network_drive(tmp_path) is None
    for kind in ("nfs4", "fuse.sshfs"):
        monkeypatch.setattr(ground, "_mounts", lambda kind=kind: f"far / {kind} rw 0 0\n")
        assert network_drive(tmp_path) == kind
    assert any(
        one.startswith("The workspace lies on a network drive (fuse.sshfs): two writers")
        for one in warnings(tmp_path)
    )
    assert "ext4" not in NETWORK


@pytest.mark.parametrize(
    "folder", ["Dropbox", "OneDrive - Firm", "GoogleDrive-ada@firm.example", "Nextcloud2", "Box"]
)
def test_the_folder_of_a_sync_client_is_warned_of(tmp_path: Path, folder: str) -> None:
    root = tmp_path / folder / "model"
    root.mkdir(parents=True)
    assert sync_client(root) == folder
    assert (
        f"The workspace lies in a folder that {folder} copies: it may copy half-written files, "
        "and the vault. Move the workspace out of it." in warnings(root)
    )


def test_a_sync_client_is_known_by_what_it_leaves(tmp_path: Path) -> None:
    root = tmp_path / "boxes" / "model"
    root.mkdir(parents=True)
    assert sync_client(root) is None
    (tmp_path / ".stfolder").mkdir()
    assert sync_client(root) == "Syncthing"


def test_a_folder_without_case_is_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "Model"
    root.mkdir()
    has_case = not (tmp_path / "mODEL").exists()
    assert ignores_case(root) is not has_case
    if has_case:
        (tmp_path / "mODEL").symlink_to(root)  # as if the two names were one
    assert ignores_case(root)
    assert any("where 'A' and 'a' are one file" in one for one in warnings(root))
    del monkeypatch
