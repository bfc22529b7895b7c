"""The certificate card."""

import pytest

from tongban.web.ui import parts

NUMBER = "1.2.156.3005.2.11329900MB0C7K215M021.001.M"


def card(**other):
    rows = (("姓名", "周雨桐"), ("签发机关", "云泽市公安局"))
    return parts.Certificate(
        "云泽市居住证", rows, NUMBER, "云泽市公安局", "电子证照专用章", **other
    )


def test_a_certificate_is_read_as_a_list_with_its_identifier_in_full(show, words):
    shown = show("{% part it %}", it=card())
    assert [words(cell) for cell in shown.xpath(".//dl/*")] == [
        "姓名",
        "周雨桐",
        "签发机关",
        "云泽市公安局",
    ]
    assert words(shown.xpath(".//div[@class='id']")[0]) == f"证照标识 {NUMBER}"
    assert not shown.xpath(".//a")


def test_the_code_to_verify_is_a_link_too(show, words):
    shown = show("{% part it %}", it=card(verify_url="https://yunze.example/v/1"))
    (link,) = shown.xpath(".//a")
    assert link.get("href") == "https://yunze.example/v/1"
    assert words(link) == "扫码验真"
    assert link.xpath("svg/path")
    assert not shown.xpath(".//@style")


def test_a_revoked_certificate_says_so_across_the_card(show, words):
    assert (
        words(show("{% part it %}", it=card(void="已注销")).xpath(".//div[@class='void']")[0])
        == "已注销"
    )


def test_the_seal_stays_chinese_on_english_pages_and_says_so(show):
    (seal,) = show("{% part it %}", "en", it=card()).xpath(".//svg")
    assert seal.get("lang") == "zh-CN"
    assert seal.get("aria-label") == "Seal: 云泽市公安局"


@pytest.mark.parametrize(
    "office", ["民政局", "云泽市公安局", "云泽市自然资源和规划局", "云泽市" * 6]
)
def test_the_name_of_an_office_fits_on_its_seal(office):
    seal = parts.Certificate("证", (), NUMBER, office)
    assert len(office) * (seal.seal_size + seal.seal_spacing) <= parts.Certificate.ARC + 1


def test_two_certificates_on_a_page_do_not_share_an_arc(show):
    shown = show(
        "{% part a %}{% part b %}", a=card(), b=parts.Certificate("证", (), f"{NUMBER}-2", "公安局")
    )
    ids = shown.xpath(".//path/@id")
    assert len(set(ids)) == 2
    assert [
        link.removeprefix("#") for link in shown.xpath(".//*/@href") if link.startswith("#")
    ] == ids
