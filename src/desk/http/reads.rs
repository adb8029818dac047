//! Pages to look at.

use super::asked::Asked;
use super::reply::Reply;
use super::{App, Book};
use crate::desk::pages::{self, Chosen, PER_PAGE, Past, Place, View};
use crate::desk::search::search;
use crate::desk::sessions::{Session, lock};
use crate::findings::FindingKind;
use crate::ledger::LedgerError;

/// Makes a page with the rulings as they stand this moment.
fn page(
    app: &App,
    session: &Session,
    make: impl FnOnce(View, &Book) -> Result<Option<maud::Markup>, LedgerError>,
) -> Reply {
    let mut book = lock(&app.book);
    let outcome = book.refresh().and_then(|()| {
        let view = View { material: &app.material, standing: &book.standing, session };
        make(view, &book)
    });
    match outcome {
        Ok(Some(page)) => Reply::Page(page),
        Ok(None) => Reply::NotFound,
        Err(error) => Reply::Trouble(error.to_string()),
    }
}

pub(super) fn home(_: &App, _: &mut Session, _: &Asked) -> Reply {
    Reply::Go("/cases".to_owned())
}

pub(super) fn door(app: &App, session: &mut Session, _: &Asked) -> Reply {
    Reply::Page(pages::door(&app.material.results().project.title, session))
}

pub(super) fn cases(app: &App, session: &mut Session, asked: &Asked) -> Reply {
    page(app, session, |view, _| {
        let queue = &view.material.queue;
        let list = queue.filtered(&view.material.results(), &session.filter, view.standing);
        Ok(Some(pages::queue(view, &list, asked.number("page").unwrap_or(1))))
    })
}

pub(super) fn case(app: &App, session: &mut Session, asked: &Asked) -> Reply {
    page(app, session, |view, book| {
        let queue = &view.material.queue;
        let Some((place, case)) = queue.find(&asked.key) else { return Ok(None) };
        let past = Past {
            rulings: book.ledger.history(&asked.key)?,
            disclosures: book.ledger.disclosures(&asked.key)?,
        };
        let around = around(view, place);
        Ok(pages::case(view, (&queue.items()[place], case), &around, &past))
    })
}

/// Where an item stands in the list as filtered now. One that was just decided has left the list
/// and stands between its neighbours.
fn around(view: View, place: usize) -> Place {
    let results = view.material.results();
    let queue = &view.material.queue;
    let list = queue.filtered(&results, &view.session.filter, view.standing);
    let index = list.partition_point(|other| *other < place);
    let is_listed = list.get(index) == Some(&place);
    let key = |place: &usize| {
        let item = &queue.items()[*place];
        let case = crate::desk::queue::first_open(&results, item, view.standing);
        results.cases[case].key.clone()
    };
    let before = index.checked_sub(1).and_then(|index| list.get(index)).map(key);
    let after = list.get(index + usize::from(is_listed)).map(key);
    let number = is_listed.then_some(index + 1);
    Place { number, of: list.len(), before, after, page: index / PER_PAGE + 1 }
}

pub(super) fn overview(app: &App, session: &mut Session, _: &Asked) -> Reply {
    page(app, session, |view, _| Ok(Some(pages::overview(view))))
}

pub(super) fn people(app: &App, session: &mut Session, _: &Asked) -> Reply {
    let found = search(&app.material.results(), &session.sought);
    page(app, session, |view, _| Ok(Some(pages::people(view, &found))))
}

pub(super) fn findings(app: &App, session: &mut Session, asked: &Asked) -> Reply {
    let kinds = FindingKind::ALL.iter().copied();
    let chosen = Chosen {
        kind: kinds.into_iter().find(|kind| kind.code() == asked.field("kind")),
        institution: asked.number("place"),
        page: asked.number("page").unwrap_or(1),
    };
    page(app, session, |view, _| Ok(Some(pages::findings(view, chosen))))
}

pub(super) fn rulings(app: &App, session: &mut Session, asked: &Asked) -> Reply {
    page(app, session, |view, book| {
        let all = view.standing.rulings();
        let number = asked.number("page").unwrap_or(1_usize).max(1);
        let shown = all.iter().skip((number - 1) * pages::RULINGS).take(pages::RULINGS);
        let with_case = |entry: &&crate::ledger::RulingEntry| {
            Ok(((*entry).clone(), book.ledger.case(&entry.key)?))
        };
        let list = shown.map(with_case).collect::<Result<Vec<_>, LedgerError>>()?;
        Ok(Some(pages::rulings(view, &list, (number, all.len()))))
    })
}

pub(super) fn settings(app: &App, session: &mut Session, _: &Asked) -> Reply {
    page(app, session, |view, _| Ok(Some(pages::settings(view))))
}
