//! The units that report to the province, in the order of its tables, and which of them a text
//! names.

use serde::Deserialize;

/// One reporting unit.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct City {
    /// What it is called; the first name is printed.
    names: Vec<String>,
}

impl City {
    /// The name that is printed.
    pub fn name(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }
}

/// All reporting units in order.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// The units.
    #[serde(rename = "city")]
    pub cities: Vec<City>,
    /// Official units nothing is expected from.
    #[serde(skip)]
    others: Vec<City>,
}

impl Roster {
    /// The official list (`schemas/cities.toml`).
    pub fn official() -> Self {
        toml::from_str(include_str!("../../schemas/cities.toml"))
            .expect("the shipped file is sound")
    }

    /// The expected units in official order, those the list does not know at the end; the official
    /// list where nothing is expected in particular.
    pub fn expecting(names: &[String]) -> Self {
        let official = Self::official();
        if names.is_empty() {
            return official;
        }
        let wanted = |city: &City| names.iter().any(|name| city.names.contains(name));
        let known = |name: &&String| official.cities.iter().any(|city| city.names.contains(name));
        let own = names.iter().filter(|name| !known(name));
        let own: Vec<City> = own.map(|name| City { names: vec![name.clone()] }).collect();
        let (kept, others): (Vec<City>, Vec<City>) =
            official.cities.iter().cloned().partition(|city| wanted(city));
        Self { cities: kept.into_iter().chain(own).collect(), others }
    }

    /// The units a text names, each once.
    pub fn named_in(&self, text: &str) -> Vec<usize> {
        let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let named = |city: &City| city.names.iter().any(|name| text.contains(name.as_str()));
        (0..).zip(&self.cities).filter(|(_, city)| named(city)).map(|(index, _)| index).collect()
    }

    /// The only unit a text names.
    pub fn only(&self, text: &str) -> Option<usize> {
        match self.named_in(text).as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    /// The official unit a text names, nothing being expected from it or from any other it names.
    pub fn outsider(&self, text: &str) -> Option<&str> {
        let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let named = |city: &&City| city.names.iter().any(|name| text.contains(name.as_str()));
        let other = self.others.iter().find(named)?;
        self.named_in(&text).is_empty().then(|| other.name())
    }

    /// The printed name of a unit.
    pub fn name(&self, city: usize) -> &str {
        self.cities.get(city).map_or("", City::name)
    }
}

/// Every name of the official units, with the one that is printed.
pub fn city_names() -> Vec<(String, String)> {
    let cities = Roster::official().cities;
    let pair = |city: &City| -> Vec<(String, String)> {
        city.names.iter().map(|name| (name.clone(), city.name().to_owned())).collect()
    };
    cities.iter().flat_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use crate::province::cities::Roster;

    #[test]
    fn the_official_list_is_that_of_the_tables() {
        let roster = Roster::official();
        assert_eq!(roster.cities.len(), 14);
        assert_eq!((roster.name(0), roster.name(13)), ("哈尔滨市", "森工"));
    }

    #[test]
    fn a_city_is_found_in_lines_and_file_names() {
        let roster = Roster::official();
        let name = |text: &str| roster.only(text).map(|city| roster.name(city).to_owned());
        let cases = [
            ("佳木斯市人力资源社会保障局", Some("佳木斯市")),
            ("附件2（佳木斯）.xls", Some("佳木斯市")),
            ("大 庆 市人社局", Some("大庆市")),
            ("大兴安岭地区行署人力资源和社会保障局", Some("大兴安岭地区")),
            ("_____市人力资源社会保障局", None),
            ("鸡西、鹤岗", None),
        ];
        for (text, city) in cases {
            assert_eq!(name(text).as_deref(), city, "{text}");
        }
    }

    #[test]
    fn an_own_list_keeps_the_official_order() {
        let names = ["绥化", "哈尔滨市", "建三江"].map(str::to_owned);
        let roster = Roster::expecting(&names);
        let printed: Vec<&str> =
            roster.cities.iter().map(crate::province::cities::City::name).collect();
        assert_eq!(printed, ["哈尔滨市", "绥化市", "建三江"]);
        assert_eq!(roster.outsider("鸡西市人力资源社会保障局"), Some("鸡西市"));
        assert_eq!(roster.outsider("绥化市人力资源社会保障局"), None);
    }
}
