from aigaq.linkage.incremental import find_nearby

GIVEN = "Nurlan Erlan Serik Daulet Marat Askar Bolat Talgat Kanat Rustem".split()
FATHERS = "Ahmet Sabit Omar Zhunus Kasym Ibrahim Tursun Yakup Hamit Rahim".split()
EVERYONE = [f"{given} {father}" for given in GIVEN for father in FATHERS for _ in range(2)]


def test_who_shares_a_word_is_near_in_any_script_and_strangers_are_left_out():
    names = [*EVERYONE, "努尔兰·艾合买提", "Theodor Schneider"]
    nearby = find_nearby(names, [200, 201])
    found = [names[place] for place in nearby.places]
    assert found.count("Nurlan Ahmet") == 2
    assert not {"Serik Omar", "Talgat Yakup", "Askar Tursun"} & set(found)
    assert len(found) < len(EVERYONE) / 2


def test_a_slip_leads_to_the_name_it_misses_on_both_sides():
    names = [*EVERYONE, "Nurlam Ahmet", "Nurlan Ahmett"]
    nearby = find_nearby(names, [200])
    assert 201 in nearby.places
    assert {0, 1} <= set(nearby.places.tolist())


def test_the_census_counts_everyone():
    nearby = find_nearby(EVERYONE, [0])
    assert nearby.census.total == 200
    assert nearby.census.counts["nurlan"] == 20
    assert 0 not in nearby.places


def test_nobody_new_and_names_that_say_nothing():
    assert len(find_nearby(EVERYONE, []).places) == 0
    assert len(find_nearby([*EVERYONE, ""], [200]).places) == 0
