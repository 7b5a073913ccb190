"""The demonstration of Hà Tĩnh: invented people, the year 2023 in full, 2022 as history."""
