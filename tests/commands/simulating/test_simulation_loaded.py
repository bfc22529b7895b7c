"""`tongban load` checks simulation.toml with the rest of the folder, and takes nothing of it in."""

from datetime import date
from shutil import copytree

import pytest

from tests.commands.simulating.small import CITY
from tongban.commands import city
from tongban.commands.city import FolderRefused

TODAY = date(2026, 11, 21)


def test_a_folder_whose_simulation_is_wrong_is_refused_by_file_and_key(tmp_path):
    folder = tmp_path / "yunze"
    copytree(CITY, folder)
    file = folder / "simulation.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('code = "D02"', 'code = "D99"'), encoding="utf-8")
    with pytest.raises(FolderRefused) as refused:
        city.read_checked(folder, TODAY)
    assert refused.value.told("en").endswith(
        "simulation.toml: simulation.toml is not valid: not in this city folder: items D99"
    )
    assert "simulation.toml 有误：城市目录中没有 items D99" in refused.value.told("zh")

    file.unlink()  # a city need not be simulated
    assert city.read_checked(folder, TODAY).path == folder
