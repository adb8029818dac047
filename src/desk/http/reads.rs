//! Pages to look at.

use std::sync::Arc;

use axum::http::StatusCode;

use super::asked::PageRequest;
use super::reply::Reply;
use super::{App, OpenBook, rounds};
use crate::desk::material::Material;
use crate::desk::pages::{
    self, Chosen, FigureChange, Number, PER_PAGE, PageView, Past, QueuePlace,
};
use crate::desk::search::{around as around_row, search};
use crate::desk::sessions::{Session, lock};
use crate::findings::FindingKind;
use crate::ledger::{Ledger, LedgerError};
use crate::pipeline::person_file;
use crate::programmes::Verdict;

/// Makes a page with the rulings in force right now.
pub(super) fn page(
    app: &App,
    session: &mut Session,
    asked: &PageRequest,
    make: impl FnOnce(PageView, &OpenBook) -> Result<Option<maud::Markup>, LedgerError>,
) -> Reply {
    let mut book = lock(&app.book);
    session.meet(&book.material);
    let outcome = book.refresh().and_then(|()| {
        let rerun = &lock(&app.rerun);
        let (material, standing) = (&*book.material, &book.standing);
        make(PageView { material, standing, session, rerun, list: asked.list() }, &book)
    });
    match outcome {
        Ok(Some(page)) => Reply::Page(page),
        Ok(None) => Reply::not_found(),
        Err(error) => Reply::ledger(&error),
    }
}

pub(super) fn home(_: &App, _: &mut Session, _: &PageRequest) -> Reply {
    Reply::Go("/cases".to_owned())
}

pub(super) fn door(app: &App, session: &mut Session, _: &PageRequest) -> Reply {
    let book = lock(&app.book);
    Reply::Page(pages::door(&book.material.results().project.title, session))
}

pub(super) fn cases(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    lock(&app.book).attended.leave(&session.form_secret);
    let now = app.clock.seconds();
    page(app, session, asked, |view, book| {
        let queue = &view.material.queue;
        let list =
            queue.filtered(&view.material.results(), view.session.filter(view.list), view.standing);
        let others = book.attended.others(&view.session.form_secret, now);
        let busy = others.filter_map(|(key, clerk)| Some((queue.find(key)?.0, clerk))).collect();
        Ok(Some(pages::queue(view, &list, asked.number("page").unwrap_or(1), &busy)))
    })
}

pub(super) fn case(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    session.show(&asked.key);
    let now = app.clock.seconds();
    lock(&app.book).attended.note(&session.form_secret, &session.clerk, &asked.key, now);
    let shown = page(app, session, asked, |view, book| {
        let queue = &view.material.queue;
        let Some((place, case)) = queue.find(&asked.key) else { return Ok(None) };
        let past = Past {
            rulings: book.ledger.history(&asked.key)?,
            disclosures: book.ledger.disclosures(&asked.key)?,
            beside: book
                .attended
                .others(&view.session.form_secret, now)
                .find(|(key, _)| queue.find(key).is_some_and(|(other, _)| other == place))
                .map(|(_, clerk)| clerk.to_owned()),
        };
        let around = around(view, place, case);
        Ok(pages::case(view, &queue.items()[place], case, &around, &past))
    });
    let is_unknown = matches!(shown, Reply::Trouble(StatusCode::NOT_FOUND, _));
    if is_unknown { gone(app, session, asked) } else { shown }
}

/// A question that is on the list no more, with what was ruled on it; nothing where there never was
/// such a question.
pub(super) fn gone(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    let key = asked.key.as_str();
    let told = page(app, session, asked, |view, book| {
        let Some(case) = book.ledger.case(key)? else { return Ok(None) };
        let rulings = book.ledger.history(key)?;
        Ok(Some(pages::gone(view, &case, &rulings)))
    });
    match told {
        Reply::Page(page) => Reply::Gone(page),
        other => other,
    }
}

/// Position of an item in the list as filtered now. One that was just decided has left the list
/// and is shown between its neighbours.
fn around(view: PageView, place: usize, case: usize) -> QueuePlace {
    let results = view.material.results();
    let queue = &view.material.queue;
    let filter = view.session.filter(view.list);
    let list = queue.filtered(&results, filter, view.standing);
    let rank = queue.rank(filter.order, place);
    let index = list.partition_point(|other| queue.rank(filter.order, *other) < rank);
    let is_listed = list.get(index) == Some(&place);
    let key = |place: &usize| {
        let item = &queue.items()[*place];
        let case = crate::desk::queue::first_open(&results, item, view.standing);
        results.cases[case].key.clone()
    };
    let before = index.checked_sub(1).and_then(|index| list.get(index)).map(key);
    let after = list.get(index + usize::from(is_listed)).map(key);
    let number = is_listed.then_some(index + 1);
    let own = queue.items()[place].cases.clone();
    let next = if case + 1 < own.end { case + 1 } else { own.start };
    let other = (next != case).then(|| results.cases[next].key.clone());
    QueuePlace { number, of: list.len(), before, after, page: index / PER_PAGE + 1, other }
}

pub(super) fn programmes(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    page(app, session, asked, |view, _| Ok(Some(pages::programmes(view))))
}

/// The people behind a number of this very run.
pub(super) fn behind(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    page(app, session, asked, |view, _| {
        let is_now = asked.number("run") == Some(view.material.serial());
        let verdict = Verdict::ALL.into_iter().find(|one| one.key() == asked.field("verdict"));
        let number = match (asked.number("line"), asked.number("programme"), verdict) {
            (Some(line), _, _) => Some(Number::Figure(line)),
            (None, Some(programme), Some(verdict)) => {
                Some(Number::Verdict { programme, rule: asked.field("rule"), verdict })
            }
            _ => None,
        };
        let page = asked.number("page").unwrap_or(1);
        let number = number.filter(|_| is_now);
        Ok(number.and_then(|number| pages::behind(view, &number, page)))
    })
}

/// What is behind a figure's change against an earlier round.
pub(super) fn against(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    page(app, session, asked, |view, _| {
        let which = FigureChange {
            round: asked.number("round").unwrap_or(0),
            form: asked.field("form"),
            code: asked.field("code"),
            page: asked.number("page").unwrap_or(1),
        };
        Ok(pages::against(view, which))
    })
}

pub(super) fn overview(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    page(app, session, asked, |view, _| Ok(Some(pages::overview(view))))
}

/// Somebody sought by words, or by a row of this very run. Looking through a province and its
/// earlier rounds takes long: it is done beside the book, so that nobody who decides has to wait.
pub(super) fn people(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    let row: Option<(u32, u32)> = asked.number("row").zip(asked.number("run"));
    if row.is_some() {
        session.sought = String::new();
    }
    let sought = session.sought.clone();
    let look_up = |ledger: &Ledger, material: &Material| {
        let row = row.filter(|(_, run)| *run == material.serial());
        let found = match row {
            Some((row, _)) => around_row(material, row),
            None => search(&material.results(), &sought),
        };
        let rounds = rounds::look_up(ledger, material, &sought, &found)?;
        Ok((found, rounds))
    };
    let (material, another) = {
        let book = lock(&app.book);
        (Arc::clone(&book.material), book.ledger.another())
    };
    match another.and_then(|ledger| look_up(&ledger, &material)) {
        Ok(told) => page(app, session, asked, |view, book| {
            // A run that was published meanwhile has other people.
            let is_old = view.material.serial() != material.serial();
            let (found, rounds) = if is_old { look_up(&book.ledger, view.material)? } else { told };
            Ok(Some(pages::people(view, row.is_some(), &found, &rounds)))
        }),
        Err(error) => Reply::ledger(&error),
    }
}

/// The file of a person of this very run, or of the run before the numbers changed: then there is none.
pub(super) fn person(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    let wanted: Option<(u32, u32)> = asked.number("person").zip(asked.number("run"));
    page(app, session, asked, |view, book| {
        let results = view.material.results();
        let known = results.census.map_or(0, |census| census.persons.len());
        let is_known = |(person, run): &(u32, u32)| {
            *run == view.material.serial() && usize::try_from(*person).is_ok_and(|at| at < known)
        };
        let Some((person, _)) = wanted.filter(is_known) else { return Ok(None) };
        let file = person_file::file(&results, &book.ledger, person)?;
        Ok(Some(pages::person(view, &file)))
    })
}

pub(super) fn findings(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    let chosen = chosen(session, asked);
    page(app, session, asked, |view, book| {
        let exports = book.ledger.disclosures(EXPORTS)?;
        Ok(Some(pages::findings(view, &chosen, &exports)))
    })
}

/// Under what exports of findings are kept among the disclosures.
pub(super) const EXPORTS: &str = "差异导出";

/// Which findings a request is about.
pub(super) fn chosen(session: &Session, asked: &PageRequest) -> Chosen {
    let kinds = FindingKind::ALL.iter().copied();
    Chosen {
        kind: kinds.into_iter().find(|kind| kind.code() == asked.field("kind")),
        institution: asked.number("place"),
        county: asked.number("county"),
        words: session.finding.clone(),
        page: asked.number("page").unwrap_or(1),
    }
}

pub(super) fn changes(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    let (kind, number) = (asked.field("kind"), asked.number("page").unwrap_or(1));
    page(app, session, asked, |view, _| Ok(Some(pages::changes(view, kind, number))))
}

pub(super) fn rulings(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    page(app, session, asked, |view, book| {
        let mut all = view.standing.rulings();
        let lost = all.iter().filter(|entry| pages::is_lost(view, entry)).count();
        let only_lost = asked.field("only") == "lost";
        if only_lost {
            all.retain(|entry| pages::is_lost(view, entry));
        }
        let number = asked.number("page").unwrap_or(1_usize).max(1);
        let shown = all.iter().skip((number - 1) * pages::RULINGS).take(pages::RULINGS);
        let with_case = |entry: &&crate::ledger::RulingEntry| {
            Ok(((*entry).clone(), book.ledger.case(&entry.key)?))
        };
        let entries = shown.map(with_case).collect::<Result<Vec<_>, LedgerError>>()?;
        let extent = pages::RulingsExtent { page: number, all: all.len(), lost, only_lost };
        Ok(Some(pages::rulings(view, &entries, extent)))
    })
}

pub(super) fn settings(app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    page(app, session, asked, |view, _| Ok(Some(pages::settings(view))))
}
