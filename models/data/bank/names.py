"""Given and family names, and telephone numbers nobody has, for made-up people. Any likeness is chance."""

from __future__ import annotations

import numpy as np

from models.data.bank.period import Bools

GIVEN = (
    "Alex", "Jamie", "Taylor", "Jordan", "Casey", "Riley", "Avery", "Quinn", "Harper", "Rowan", "Sydney", "Morgan",
    "Emma", "Liam", "Olivia", "Noah", "Ava", "Ethan", "Sophia", "Mason", "Mia", "Lucas", "Amelia", "Owen", "Nora",
    "Caleb", "Grace", "Henry", "Chloe", "Isaac", "Zoe", "Elijah", "Ruby", "Gavin", "Alice", "Simon", "Clara",
    "Victor", "Hazel", "Oscar", "Ivy", "Felix", "Maya", "Theo", "Leah", "Hugo", "Iris", "Dylan", "June", "Martin",
)  # fmt: skip
FAMILY = (
    "Morgan", "Reed", "Brooks", "Hayes", "Lane", "Stone", "Wells", "Price", "Foster", "Lowe", "Blake", "Marsh",
    "Carter", "Ellis", "Fisher", "Grant", "Hughes", "Irwin", "Jennings", "Keller", "Lambert", "Mercer", "Norris",
    "Osborne", "Parker", "Quincy", "Rhodes", "Sawyer", "Tucker", "Underwood", "Vance", "Walsh", "York", "Zimmer",
    "Abbott", "Barlow", "Conway", "Dawson", "Emery", "Fleming", "Garner", "Holt", "Ingram", "Judd", "Kemp",
    "Lyons", "Maddox", "Nash", "Oakley", "Pratt",
)  # fmt: skip
# Written form and reading, as (kanji or kana, katakana).
JAPANESE_FAMILY = (
    ("佐藤", "サトウ"), ("鈴木", "スズキ"), ("高橋", "タカハシ"), ("田中", "タナカ"), ("渡辺", "ワタナベ"),
    ("伊藤", "イトウ"), ("山本", "ヤマモト"), ("中村", "ナカムラ"), ("小林", "コバヤシ"), ("加藤", "カトウ"),
    ("吉田", "ヨシダ"), ("山田", "ヤマダ"), ("佐々木", "ササキ"), ("山口", "ヤマグチ"), ("松本", "マツモト"),
    ("井上", "イノウエ"), ("木村", "キムラ"), ("林", "ハヤシ"), ("斎藤", "サイトウ"), ("清水", "シミズ"),
    ("山崎", "ヤマザキ"), ("森", "モリ"), ("池田", "イケダ"), ("橋本", "ハシモト"), ("阿部", "アベ"),
    ("石川", "イシカワ"), ("山下", "ヤマシタ"), ("中島", "ナカジマ"), ("石井", "イシイ"), ("小川", "オガワ"),
    ("前田", "マエダ"), ("岡田", "オカダ"), ("長谷川", "ハセガワ"), ("藤田", "フジタ"), ("後藤", "ゴトウ"),
    ("近藤", "コンドウ"), ("村上", "ムラカミ"), ("遠藤", "エンドウ"), ("青木", "アオキ"), ("坂本", "サカモト"),
)  # fmt: skip
JAPANESE_GIVEN = (
    ("花子", "ハナコ"), ("翔", "ショウ"), ("美咲", "ミサキ"), ("大輔", "ダイスケ"), ("結衣", "ユイ"),
    ("健", "ケン"), ("彩", "アヤ"), ("翼", "ツバサ"), ("真央", "マオ"), ("蓮", "レン"), ("葵", "アオイ"),
    ("悠", "ユウ"), ("さくら", "サクラ"), ("ひかり", "ヒカリ"), ("陽菜", "ヒナ"), ("大翔", "ヒロト"),
    ("健太", "ケンタ"), ("直樹", "ナオキ"), ("恵子", "ケイコ"), ("由美", "ユミ"), ("隆", "タカシ"),
    ("誠", "マコト"), ("智子", "トモコ"), ("拓也", "タクヤ"), ("麻衣", "マイ"), ("亮", "リョウ"),
    ("優子", "ユウコ"), ("学", "マナブ"), ("あかり", "アカリ"), ("エリ", "エリ"), ("洋平", "ヨウヘイ"),
    ("奈々", "ナナ"), ("徹", "トオル"), ("千尋", "チヒロ"), ("光", "ヒカル"), ("早紀", "サキ"),
    ("浩", "ヒロシ"), ("京子", "キョウコ"), ("樹", "イツキ"), ("凛", "リン"),
)  # fmt: skip
AREA_CODES = (
    "202", "201", "203", "205", "206", "207", "208", "210", "212", "213", "214", "215", "216", "217", "219", "224",
    "225", "228", "229", "231", "234", "239", "240", "248", "251", "252", "253", "254", "256", "260", "262", "267",
    "269", "270", "276", "281", "301", "302", "303", "304", "305", "307", "308", "309", "310", "312", "313", "314",
    "315", "316", "317", "318", "319", "320", "321", "323",
)  # fmt: skip
# 555-0100 to 555-0199 are kept for fiction in every area; a Japanese 090-0... is never assigned.
FICTIONAL_PER_AREA = 100
LEAST_CUSTOMERS, MOST_CUSTOMERS = 10, 2 * FICTIONAL_PER_AREA * len(AREA_CODES)


def phones(japanese: Bools) -> list[str]:
    """A fictional number for each person, none twice."""
    made, abroad, home = [], 0, 0
    for is_japanese in japanese.tolist():
        if is_japanese:
            made.append(f"+8190{home + 10_000:08d}")
            home += 1
        else:
            area, line = divmod(abroad, FICTIONAL_PER_AREA)
            made.append(f"+1{AREA_CODES[area]}5550{100 + line}")
            abroad += 1
    return made


def names(rng: np.random.Generator, japanese: Bools) -> tuple[list[str], list[str]]:
    """A name for each person in their own script, and its reading (empty for English)."""
    count = len(japanese)
    given, family = rng.integers(0, len(GIVEN), count), rng.integers(0, len(FAMILY), count)
    first, last = rng.integers(0, len(JAPANESE_GIVEN), count), rng.integers(0, len(JAPANESE_FAMILY), count)
    written, read = [], []
    for row, is_japanese in enumerate(japanese.tolist()):
        if is_japanese:
            pair = (JAPANESE_FAMILY[last[row]], JAPANESE_GIVEN[first[row]])
            written.append(f"{pair[0][0]} {pair[1][0]}")
            read.append(f"{pair[0][1]} {pair[1][1]}")
        else:
            written.append(f"{GIVEN[given[row]]} {FAMILY[family[row]]}")
            read.append("")
    return written, read
