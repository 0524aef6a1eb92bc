from __future__ import annotations

from pathlib import Path

import pytest

from warrant.backends.prices import Needs, cheapest, read_catalogue
from warrant.errors import InputError

LAMBDA = """\
InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,Price,Region,GpuInfo,SpotPrice
cpu_4x,,,4.0,16.0,0.2,us-east-1,,
cpu_4x,,,4.0,16.0,0.2,us-west-1,,
gpu_1x_a6000,A6000,1.0,14.0,100.0,1.09,us-east-1,"{'Gpus': [{'MemoryInfo': {'SizeInMiB': 49152}}]}",
"""
RUNPOD = """\
InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,Region,SpotPrice,Price,AvailabilityZone,GpuInfo
1x_X80,X80,1.0,8.0,117.0,US,1.39,1.5,US-1,"{'Gpus': [{'MemoryInfo': {'SizeInMiB': 80}}]}"
1x_X80,X80,1.0,8.0,117.0,US,1.45,1.39,US-2,"{'Gpus': [{'MemoryInfo': {'SizeInMiB': 80}}]}"
1x_Y,Y,1.0,8.0,117.0,US,,1.6,US-2,not a mapping
1x_half,Y,0.5,8.0,117.0,US,,1.6,US-2,
1x_none,Y,1.0,8.0,117.0,US,,,US-2,
1x_word,Y,1.0,8.0,117.0,US,,soon,US-2,
"""
GCP = """\
InstanceType,vCPUs,MemoryGiB,AcceleratorName,AcceleratorCount,GpuInfo,Region,AvailabilityZone,Price,SpotPrice
a2-highgpu-1g,12.0,85.0,,,,us-central1,us-central1-a,0.73948,0.36975
n2-standard-4,4.0,16.0,,,,us-central1,us-central1-a,0.1942,0.05
,,,A100,1.0,,us-central1,us-central1-a,2.93,1.1
"""
METADATA = "AcceleratorName,MemoryGiB,Manufacturer\nY,24,Nobody\n"


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    for cloud, text in (("lambda", LAMBDA), ("runpod", RUNPOD), ("gcp", GCP)):
        (tmp_path / cloud).mkdir()
        (tmp_path / cloud / "vms.csv").write_text(text, "utf-8")
    (tmp_path / "common").mkdir()
    (tmp_path / "common" / "metadata.csv").write_text(METADATA, "utf-8")
    return tmp_path


def test_machines_are_read_with_the_least_price_of_a_region(catalogue: Path) -> None:
    offers = {(one.cloud, one.machine, one.region): one for one in read_catalogue(catalogue).offers}
    assert set(offers) == {
        ("gcp", "n2-standard-4", "us-central1"),
        ("lambda", "cpu_4x", "us-east-1"),
        ("lambda", "cpu_4x", "us-west-1"),
        ("lambda", "gpu_1x_a6000", "us-east-1"),
        ("runpod", "1x_X80", "US"),
        ("runpod", "1x_Y", "US"),
    }
    joined = offers["runpod", "1x_X80", "US"]
    assert (joined.usd_per_hour, joined.spot_usd_per_hour) == (1.39, 1.39)
    assert joined.source == "SkyPilot catalogue v8"
    assert len(joined.noted_on) == 10


def test_memory_is_taken_from_the_list_or_the_line(catalogue: Path) -> None:
    memory = {one.gpu: one.gpu_gib for one in read_catalogue(catalogue).offers if one.gpus}
    assert memory == {"A6000": 48, "X80": 80, "Y": 24}


def test_lines_that_are_no_whole_machine_are_counted(catalogue: Path) -> None:
    assert read_catalogue(catalogue).passed_over == 5


def test_the_host_of_a_gpu_is_never_taken_for_a_cheap_machine(catalogue: Path) -> None:
    found = cheapest(read_catalogue(catalogue).offers, Needs(memory_gib=64), most=9)
    assert found == []


def test_no_catalogue_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no catalogue in") as caught:
        read_catalogue(tmp_path)
    assert "sky show-gpus --all" in caught.value.do


def test_another_schema_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "vms.csv").write_text("Name,Cost\na,1\n", "utf-8")
    with pytest.raises(InputError, match="has no column 'InstanceType'") as caught:
        read_catalogue(tmp_path)
    assert "schema v8" in caught.value.do
