//! All returned forms → one of each kind per city, or the reason why not.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::config::LiangHouSheng;
use crate::problems::{Problem, Severity};
use crate::province::cities::Roster;
use crate::province::city_return::{CityForm, CityReturn, FormState};
use crate::province::fault::{Fault, FaultSpot};
use crate::province::figures;
use crate::province::figures::{ReturnedFigures, TakenFigure};
use crate::province::form;
use crate::province::form::ReturnedForm;
use crate::province::plans;
use crate::province::previous::Previous;
use crate::province::relations;
use crate::province::relations::TakenForm;
use crate::province::wording::Wording;
use crate::province::{counties, head, jumps};
use crate::records::county_homes;
use crate::sources::{Grid, Grids};
use crate::statistics::indicators::indicators;
use crate::vocabulary::Annex;
use crate::vocabulary::states;

use super::wording::figure_name;

/// What the checks go by.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Report date: its half-year is the period.
    pub as_of: Date,
    /// What ① counts.
    pub liang_hou_sheng: LiangHouSheng,
    /// Who has to report.
    pub roster: Roster,
}

/// Everything that was returned.
#[derive(Clone, Debug, Default)]
pub struct Collection {
    /// By city, in the order of the roster.
    pub cities: Vec<CityReturn>,
    /// What is wrong: by city, those of no city last.
    pub faults: Vec<Fault>,
    /// Forms that were found.
    pub forms: usize,
}

impl Collection {
    /// Sum of a figure over the cities it was taken from; nothing where no city has a source.
    pub fn total(&self, annex: Annex, slot: usize) -> Option<i64> {
        let values = self.cities.iter().filter_map(|city| city.form(annex).taken[slot].value());
        values.fold(None, |sum, value| Some(sum.unwrap_or(0) + value))
    }
}

/// Checks all sheets and takes from each city what can be used.
pub fn collect(grids: &Grids, rules: &Rules, previous: &Previous) -> Collection {
    let wording = Wording::shipped();
    let mut collector = Collector::new(rules, &wording);
    collector.files(&grids.problems);
    let forms = collector.forms(grids);
    let found = forms.len();
    let by_city = collector.by_city(forms);
    for (city, annex) in collector.places() {
        let forms = by_city.get(&(city, annex)).map_or(&[][..], Vec::as_slice);
        collector.choose(forms, city, annex);
    }
    for city in 0..rules.roster.cities.len() {
        collector.compare(city, previous);
    }
    collector.counties();
    collector.remarks();
    let mut faults = collector.faults;
    faults.sort_by_key(|fault| {
        (fault.city.unwrap_or(usize::MAX), fault.annex, fault.problem.file.clone())
    });
    Collection { cities: collector.cities, faults, forms: found }
}

struct Collector<'a> {
    rules: &'a Rules,
    wording: &'a Wording,
    cities: Vec<CityReturn>,
    faults: Vec<Fault>,
    figures: BTreeMap<(usize, Annex), ReturnedFigures>,
    doubtful: BTreeMap<(usize, Annex), Vec<usize>>,
}

impl<'a> Collector<'a> {
    fn new(rules: &'a Rules, wording: &'a Wording) -> Self {
        let city = |index: usize| {
            let form = |annex: Annex| CityForm {
                taken: vec![TakenFigure::LeftOut; indicators(annex).len()],
                ..CityForm::default()
            };
            CityReturn { name: rules.roster.name(index).to_owned(), forms: Annex::ALL.map(form) }
        };
        let cities = (0..rules.roster.cities.len()).map(city).collect();
        let (figures, doubtful) = (BTreeMap::new(), BTreeMap::new());
        Self { rules, wording, cities, faults: Vec::new(), figures, doubtful }
    }

    fn places(&self) -> Vec<(usize, Annex)> {
        let cities = 0..self.cities.len();
        cities.flat_map(|city| Annex::ALL.map(|annex| (city, annex))).collect()
    }

    /// Files that could not be read, whose names may tell the city.
    fn files(&mut self, problems: &[Problem]) {
        for problem in problems {
            let effect = if problem.severity == Severity::Error { "未读入" } else { "" };
            self.faults.push(Fault {
                city: problem.file.rsplit('/').find_map(|part| self.rules.roster.only(part)),
                annex: None,
                problem: problem.clone(),
                value: String::new(),
                effect: effect.to_owned(),
            });
        }
    }

    /// All forms in visible sheets; files without any are no returns.
    fn forms(&mut self, grids: &Grids) -> Vec<ReturnedForm> {
        let mut all = Vec::new();
        for file in grids.grids.chunk_by(|one, next| one.file == next.file) {
            let visible = file.iter().filter(|grid| !grid.hidden);
            let forms: Vec<ReturnedForm> =
                visible.flat_map(|grid| form::find(grid, self.wording)).collect();
            if forms.is_empty() && !file.iter().any(plans::is_plan) {
                self.faults.push(no_form(&file[0], &self.rules.roster));
            }
            all.extend(forms);
        }
        all
    }

    /// The forms of the period, by city. A form that names no city belongs to the city of the
    /// other form in its file.
    fn by_city(&mut self, forms: Vec<ReturnedForm>) -> BTreeMap<(usize, Annex), Vec<ReturnedForm>> {
        let roster = &self.rules.roster;
        let told: Vec<_> = forms.iter().map(|form| head::city(form, roster)).collect();
        let beside = |file: &str| {
            let mut cities: Vec<usize> = forms
                .iter()
                .zip(&told)
                .filter(|(form, _)| form.file == file)
                .filter_map(|(_, told)| told.as_ref().ok().copied().flatten())
                .collect();
            cities.dedup();
            if let [city] = cities.as_slice() { Some(*city) } else { None }
        };
        let cities: Vec<Option<usize>> = forms.iter().map(|form| beside(&form.file)).collect();
        let mut by_city: BTreeMap<_, Vec<ReturnedForm>> = BTreeMap::new();
        for ((form, told), beside) in forms.into_iter().zip(told).zip(cities) {
            match told.map(|city| city.or(beside)) {
                Ok(Some(city)) => {
                    let misplaced = head::misplaced(&form, city, &self.rules.roster);
                    self.faults.extend(misplaced);
                    if self.is_of_period(&form, city) {
                        by_city.entry((city, form.annex)).or_default().push(form);
                    }
                }
                Ok(None) => self.faults.push(nameless(&form)),
                Err(fault) => self.contradiction(*fault, &form),
            }
        }
        by_city
    }

    /// A form two cities claim is nobody's, and missing from neither.
    fn contradiction(&mut self, fault: Fault, form: &ReturnedForm) {
        let path = form.file.rsplit('/').find_map(|part| self.rules.roster.only(part));
        let city = path.or_else(|| self.rules.roster.only(&form.sheet));
        if let Some(city) = city {
            self.cities[city].form_mut(form.annex).state = FormState::LeftOut;
        }
        self.faults.push(Fault { city, annex: Some(form.annex), ..fault });
    }

    fn is_of_period(&mut self, form: &ReturnedForm, city: usize) -> bool {
        let (other, faults) = head::period(form, self.rules.as_of);
        self.add(faults, city, form.annex);
        if other {
            self.cities[city].form_mut(form.annex).state = FormState::LeftOut;
        }
        !other
    }

    fn add(&mut self, faults: Vec<Fault>, city: usize, annex: Annex) {
        let placed =
            faults.into_iter().map(|fault| Fault { city: Some(city), annex: Some(annex), ..fault });
        self.faults.extend(placed);
    }

    /// Takes the one form of a city, or one of several that say the same.
    fn choose(&mut self, forms: &[ReturnedForm], city: usize, annex: Annex) {
        let Some((first, others)) = forms.split_first() else {
            if self.cities[city].form(annex).state == FormState::Missing {
                let fault = self.not_returned(city, annex);
                self.add(vec![fault], city, annex);
            }
            return;
        };
        let figures = figures::compute(first, self.wording);
        let differs =
            |other: &ReturnedForm| figures::compute(other, self.wording).taken != figures.taken;
        let differs = others.iter().any(differs);
        if !others.is_empty() {
            let faults = forms.iter().map(|form| twice(form, forms, differs)).collect();
            self.add(faults, city, annex);
        }
        if differs {
            self.cities[city].form_mut(annex).state = FormState::LeftOut;
            return;
        }
        self.take(first.clone(), figures, city, annex);
    }

    /// A form that did not come, or came in a file that could not be used.
    fn not_returned(&self, city: usize, annex: Annex) -> Fault {
        let name = &self.cities[city].name;
        let of_file = |fault: &&Fault| {
            fault.city == Some(city)
                && fault.annex.is_none()
                && fault.problem.severity == Severity::Error
        };
        let label = annex.label();
        let message = match self.faults.iter().find(of_file) {
            Some(fault) => {
                format!("没有读到{name}的{label}；报来的{}没有读入", fault.problem.file)
            }
            None => format!("没有收到{name}的{label}"),
        };
        let spot = FaultSpot { file: "", sheet: "", cell: "" };
        Fault::at(spot, "not-returned", Severity::Error)
            .saying(message, format!("请报送{label}"))
            .so(states::NOT_COUNTED)
    }

    fn take(&mut self, form: ReturnedForm, figures: ReturnedFigures, city: usize, annex: Annex) {
        let rule = self.rules.liang_hou_sheng;
        let (broken, doubtful) = relations::within(&form, rule);
        self.add(figures.faults.clone(), city, annex);
        self.add(broken, city, annex);
        self.doubtful.entry((city, annex)).or_default().extend(doubtful);
        let taken = figures.taken.clone();
        let state = if taken.iter().all(|one| *one == TakenFigure::LeftOut) {
            FormState::LeftOut
        } else {
            FormState::Taken
        };
        self.figures.insert((city, annex), figures);
        *self.cities[city].form_mut(annex) =
            CityForm { state, form: Some(form), taken, remark: String::new() };
    }

    /// The two forms of a city against each other, and both against the last period.
    fn compare(&mut self, city: usize, previous: &Previous) {
        let [two, three] = self.cities[city].forms.clone();
        if let (Some(two_form), Some(three_form)) = (&two.form, &three.form) {
            let annex = Annex::Three;
            let two = TakenForm { form: two_form, taken: &two.taken };
            let three = TakenForm { form: three_form, taken: &three.taken };
            for (slot, fault) in relations::between(two, three) {
                self.doubtful.entry((city, annex)).or_default().push(slot);
                self.add(vec![fault], city, annex);
            }
        }
        for one in [two, three] {
            let Some(form) = &one.form else { continue };
            let annex = form.annex;
            let before = previous.of(city, form.annex);
            for (slot, fault) in jumps::find(form, &one.taken, before, self.wording) {
                self.doubtful.entry((city, annex)).or_default().push(slot);
                self.add(vec![fault], city, annex);
            }
        }
    }

    /// Rows of another city's counties.
    fn counties(&mut self) {
        if self.cities.iter().all(|city| city.form(Annex::Three).form.is_none()) {
            return;
        }
        for (city, fault, slots) in counties::find(&self.cities, &county_homes(self.rules.as_of)) {
            let annex = Annex::Three;
            self.doubtful.entry((city, annex)).or_default().extend(slots);
            self.add(vec![fault], city, annex);
        }
    }

    /// What was left out, added up or doubtful, in the words of 备注.
    fn remarks(&mut self) {
        for (city, annex) in self.places() {
            let figures = self.figures.get(&(city, annex));
            let mut doubtful = self.doubtful.get(&(city, annex)).cloned().unwrap_or_default();
            doubtful.sort_unstable();
            doubtful.dedup();
            let form = self.cities[city].form(annex);
            let remark = match form.state {
                FormState::Missing => states::NOT_SENT.to_owned(),
                FormState::LeftOut => "已报送，整表未计入".to_owned(),
                FormState::Taken => {
                    let left: Vec<usize> = (0..form.taken.len())
                        .filter(|slot| form.taken[*slot] == TakenFigure::LeftOut)
                        .collect();
                    let summed = figures.map(|one| one.summed.iter().copied().collect());
                    let parts = [
                        (left, states::NOT_COUNTED),
                        (summed.unwrap_or_default(), "按各行之和计入"),
                        (doubtful, states::TO_CHECK),
                    ];
                    remark(annex, &parts)
                }
            };
            self.cities[city].form_mut(annex).remark = remark;
        }
    }
}

/// What is said of a form beside its figures: `②招收人数未计入；…`.
fn remark(annex: Annex, parts: &[(Vec<usize>, &str)]) -> String {
    let part = |(slots, what): &(Vec<usize>, &str)| {
        let names: Vec<String> = slots.iter().map(|slot| figure_name(annex, *slot)).collect();
        (!names.is_empty()).then(|| format!("{}{what}", names.join("、")))
    };
    parts.iter().filter_map(part).collect::<Vec<_>>().join("；")
}

fn no_form(grid: &Grid, roster: &Roster) -> Fault {
    let spot = FaultSpot { file: &grid.file, sheet: "", cell: "" };
    let fault = Fault::at(spot, "not-a-form", Severity::Error)
        .saying("文件里没有找到附件2或附件3的表头", "请按附件原样填写后重新报送")
        .so(states::NOT_COUNTED);
    Fault { city: grid.file.rsplit('/').find_map(|part| roster.only(part)), ..fault }
}

fn nameless(form: &ReturnedForm) -> Fault {
    let spot = FaultSpot { file: &form.file, sheet: &form.sheet, cell: "" };
    let fault = Fault::at(spot, "city-unknown", Severity::Error)
        .saying(
            "看不出是名单中哪个市(地)的表：填表单位、工作表名、文件名里都没有",
            "请填写填表单位后重新报送",
        )
        .so("整表未计入");
    Fault { annex: Some(form.annex), ..fault }
}

fn twice(form: &ReturnedForm, all: &[ReturnedForm], differs: bool) -> Fault {
    let spot = FaultSpot { file: &form.file, sheet: &form.sheet, cell: "" };
    let place = |other: &ReturnedForm| format!("{} › {}", other.file, other.sheet);
    let others: Vec<String> = all
        .iter()
        .filter(|other| (&other.file, &other.sheet) != (&form.file, &form.sheet))
        .map(place)
        .collect();
    let label = form.annex.label();
    let others = others.join("、");
    if differs {
        Fault::at(spot, "city-twice", Severity::Error)
            .saying(
                format!("{label}报了不止一份，数字不同（另见 {others}）"),
                "请说明以哪一份为准，只报送一份",
            )
            .so("几份都未计入")
    } else {
        Fault::at(spot, "city-twice", Severity::Warning)
            .saying(format!("{label}报了不止一份，数字相同（另见 {others}）"), "请只保留一份")
            .so("只计入一份")
    }
}
