//! Places as cells write them, and what becomes of them.

use super::*;

fn resolver(month: i8) -> Resolver {
    Resolver::new(jiff::civil::date(2019, month, 10), &[])
}

fn shown(resolver: &Resolver, place: &Place) -> String {
    let names = [place.city, place.county, place.town, place.village];
    names.map(|id| resolver.gazetteer().name(id)).join("|")
}

fn address(text: &str) -> PlaceCells {
    PlaceCells { address: text.into(), ..PlaceCells::default() }
}

fn columns(cells: [&str; 6]) -> PlaceCells {
    PlaceCells { columns: cells.map(CompactString::from), ..PlaceCells::default() }
}

#[test]
fn free_texts() {
    let resolver = resolver(12);
    let cases = [
        ("黑龙江省佳木斯市桦南县桦南镇", "佳木斯市|桦南县|桦南镇|", ""),
        ("佳木斯市桦南县桦南镇教育社区", "佳木斯市|桦南县|桦南镇|教育社区居委会", ""),
        ("黑龙江佳木斯桦南", "佳木斯市|桦南县||", ""),
        ("桦南县", "佳木斯市|桦南县||", ""),
        ("双城市", "哈尔滨市|双城区||", ""),
        ("黑龙江省阿城市", "哈尔滨市|阿城区||", ""),
        ("抚远县", "佳木斯市|抚远市||", ""),
        ("嫩江县", "黑河市|嫩江市||", ""),
        ("伊春市乌马河区伊青经营所", "伊春市|乌翠区|伊青经营所|", ""),
        ("伊春市乌马河区", "伊春市|||", "乌马河区"),
        ("伊春市汤旺河区", "伊春市|汤旺县||", ""),
        ("向阳区", "|||", "向阳区"),
        ("佳木斯市向阳区", "佳木斯市|向阳区||", ""),
        ("吉林省扶余市弓棚子镇", "|||", "吉林省扶余市弓棚子镇"),
        ("红旗村", "|||", "红旗村"),
        ("", "|||", ""),
        ("加格达奇", "大兴安岭地区|加格达奇区||", ""),
        ("佳木斯郊莲江口", "佳木斯市|郊区|莲江口镇|", ""),
        ("黑龙江佳木斯郊望江景阳村", "佳木斯市|郊区|望江镇|景阳村委会", ""),
        ("同江街津口卫明村", "佳木斯市|同江市|街津口乡|卫明村委会", ""),
        ("郊", "|||", "郊"),
        ("宾宾州镇", "哈尔滨市|宾县|宾州镇|", ""),
        ("宾县宾州镇", "哈尔滨市|宾县|宾州镇|", ""),
    ];
    for (text, expected, rest) in cases {
        let place = resolver.resolve(&address(text), None);
        assert_eq!(shown(&resolver, &place), expected, "{text}");
        assert_eq!(place.rest, rest, "{text}");
    }
}

/// Every village of the snapshot is found again from its own full, short and bare forms.
#[test]
fn villages_are_found_in_every_form() {
    let resolver = resolver(12);
    let gazetteer = resolver.gazetteer();
    let huanan = resolver.county_named("桦南县").expect("a county");
    let mut seen = 0;
    for (id, village) in gazetteer.divisions.iter().enumerate() {
        let id = PlaceId::try_from(id).expect("in reach");
        if village.level != Level::Village || gazetteer.county_of(id) != huanan {
            continue;
        }
        let town = gazetteer.name(village.parent);
        let short = super::super::place_name::stem(&village.name, Level::Village);
        let word = if is_community(&village.name) { "社区" } else { "村" };
        for text in [
            format!("黑龙江省佳木斯市桦南县{town}{}", village.name),
            format!("桦南县{town}{short}{word}3组12号"),
            format!("桦南{town}{short}{word}"),
        ] {
            let place = resolver.resolve(&address(&text), None);
            seen += 1;
            assert_eq!(place.village, id, "{text}: {}", shown(&resolver, &place));
        }
    }
    assert!(seen > 600, "{seen}");
}

#[test]
fn registry_columns() {
    let mut resolver = resolver(6);
    let city = resolver.city_named("佳木斯市");
    let full = columns(["", "", "黑龙江省佳木斯市桦南县", "桦南镇", "桦南镇新开村", ""]);
    resolver.learn(&full, None, city);
    let place = resolver.resolve(&full, None);
    assert_eq!(shown(&resolver, &place), "佳木斯市|桦南县|桦南镇|新开村");
    // Learned once, found from everywhere.
    let place = resolver.resolve(&address("桦南县桦南镇新开村2组"), None);
    assert_eq!(shown(&resolver, &place), "佳木斯市|桦南县|桦南镇|新开村");
    assert_eq!(place.rest, "2组");
    // A county nobody knows is a county of its own.
    let own = columns(["", "", "高新县", "新镇", "新村子村", ""]);
    resolver.learn(&own, None, city);
    resolver.learn(&own, None, city);
    let place = resolver.resolve(&own, None);
    assert_eq!(shown(&resolver, &place), "佳木斯市|高新县|新镇|新村子村");
    let twice = resolver.gazetteer().divisions.iter().filter(|d| d.name == "高新县").count();
    assert_eq!(twice, 1);
}

#[test]
fn context_and_home_make_names_unique() {
    let mut resolver = resolver(12);
    let city = resolver.city_named("佳木斯市");
    let huanan = resolver.county_named("2019年桦南县建档立卡.xlsx");
    assert!(huanan.is_some());
    let cells = columns(["", "", "", "桦南镇", "红旗村", ""]);
    let place = resolver.resolve(&cells, huanan);
    assert_eq!(place.county, huanan.expect("in reach"));
    resolver.learn(&columns(["", "", "桦南县", "桦南镇", "", ""]), None, city);
    let place = resolver.resolve(&address("桦南镇"), None);
    assert_eq!(shown(&resolver, &place), "佳木斯市|桦南县|桦南镇|");
}

#[test]
fn aliases_come_first() {
    let alias = PlaceAlias { from: "城西新村".into(), to: "桦南县桦南镇".into() };
    let resolver = Resolver::new(jiff::civil::date(2019, 12, 10), &[alias]);
    let place = resolver.resolve(&address("佳木斯城西新村5号"), None);
    assert_eq!(shown(&resolver, &place), "佳木斯市|桦南县|桦南镇|");
}

#[test]
fn old_districts_are_in_force_before_the_reform() {
    let resolver = resolver(6);
    let place = resolver.resolve(&address("伊春市乌马河区伊青经营所"), None);
    assert_eq!(shown(&resolver, &place), "伊春市|乌马河区|伊青经营所|");
    let place = resolver.resolve(&address("伊春市乌翠区伊青经营所"), None);
    assert_eq!(shown(&resolver, &place), "伊春市|乌马河区|伊青经营所|");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn no_text_panics(text in ".{0,30}", county in ".{0,6}", town in "[桦南镇乡村区县市伊春0-9]{0,8}") {
        static RESOLVER: std::sync::OnceLock<Resolver> = std::sync::OnceLock::new();
        let resolver = RESOLVER.get_or_init(|| resolver(12));
        let cells = PlaceCells {
            columns: ["".into(), "".into(), county.as_str().into(), town.as_str().into(), "".into(), "".into()],
            address: text.as_str().into(),
        };
        let once = resolver.resolve(&cells, None);
        proptest::prop_assert_eq!(&once, &resolver.resolve(&cells, None));
    }
}

/// Provinces no gazetteer knows: the registry says which cities and counties they have, where it is not one city's.
#[test]
fn a_registry_teaches_other_provinces() {
    let rows = [
        columns(["东岭省", "后明市", "依先县", "兰家峰乡", "兰德村", ""]),
        columns(["黑龙江省", "佳木斯市", "桦南县", "桦南镇", "红光村", ""]),
    ];
    let mut resolver = resolver(6);
    let before = resolver.resolve(&rows[0], None);
    assert_eq!(shown(&resolver, &before), "|||");
    for row in &rows {
        resolver.learn_province(row, NOWHERE);
    }
    for row in &rows {
        resolver.learn(row, None, NOWHERE);
    }
    for text in
        ["东岭省后明市依先县兰家峰乡兰德村", "中国东岭省依先县兰德村", "依先县兰家峰兰德村委会"]
    {
        let place = resolver.resolve(&address(text), None);
        assert_eq!(shown(&resolver, &place), "后明市|依先县|兰家峰乡|兰德村", "{text}");
    }
    let place = resolver.resolve(&address("黑龙江省桦南县桦南镇"), None);
    assert_eq!(shown(&resolver, &place), "佳木斯市|桦南县|桦南镇|");
}

/// In the registry of one city another province is a slip.
#[test]
fn a_citys_registry_teaches_no_province() {
    let mut resolver = resolver(6);
    let city = resolver.city_named("佳木斯市");
    let row = columns(["吉林省", "桦南县", "", "", "", ""]);
    resolver.learn_province(&row, city);
    assert_eq!(shown(&resolver, &resolver.resolve(&address("吉林省桦南县"), None)), "|||");
}
