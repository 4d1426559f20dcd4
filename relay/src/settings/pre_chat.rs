//! `[[widgets.pre_chat]]`: what customers are asked before a conversation (product 8).

use std::cell::Cell;
use std::collections::BTreeMap;

use model::{Autocomplete, PreChat, Question, QuestionKind};

use super::messages::{LANGUAGE, read_language};
use super::read::Fields;

/// The list.
const KEY: &str = "pre_chat";

pub(super) fn read_pre_chat(fields: &mut Fields<'_>) -> PreChat {
    let count = Cell::new(0);
    let read = fields.list(KEY, |fields| {
        let number = count.replace(count.get() + 1);
        Some((number, read_question(fields)?))
    });
    let (numbers, questions): (Vec<usize>, Vec<Question>) = read.into_iter().unzip();
    PreChat::new(questions).unwrap_or_else(|mistakes| {
        for (place, mistake) in mistakes {
            let path = match (place.and_then(|place| numbers.get(place)), mistake.part()) {
                (Some(number), Some(part)) => format!("{KEY}[{number}].{part}"),
                _ => KEY.to_owned(),
            };
            fields.mistake(&path, mistake);
        }
        PreChat::default()
    })
}

fn read_question(fields: &mut Fields<'_>) -> Option<Question> {
    let name: Option<String> = fields.required("name");
    let text: Option<String> = fields.required("text");
    let texts = read_texts(fields);
    let kind = read_kind(fields);
    let is_consent = kind == Some(QuestionKind::Consent);
    let required = fields.optional("required").unwrap_or(is_consent);
    Some(Question { name: name?, text: text?, texts, kind: kind?, required })
}

fn read_texts(fields: &mut Fields<'_>) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for (tag, text) in fields.map::<String>("texts") {
        match read_language(&tag) {
            Some(language) => drop(texts.insert(language, text)),
            None => fields.mistake(&format!("texts.{tag}"), LANGUAGE),
        }
    }
    texts
}

fn read_kind(fields: &mut Fields<'_>) -> Option<QuestionKind> {
    let kind: Option<String> = fields.required("kind");
    let has = ["options", "autocomplete"].map(|key| fields.has(key));
    let options: Option<Vec<String>> = fields.optional("options");
    let hint: Option<String> = fields.optional("autocomplete");
    let kind = kind?;
    if has[0] && kind != "choice" {
        fields.mistake("options", "says nothing but of kind \"choice\"");
    }
    if has[1] && kind != "line" {
        fields.mistake("autocomplete", "says nothing but of kind \"line\"");
    }
    match kind.as_str() {
        "line" => {
            let known = hint.as_deref().map(Autocomplete::of);
            if known == Some(None) {
                fields.mistake("autocomplete", "must be \"name\", \"email\" or \"tel\"");
            }
            Some(QuestionKind::Line(known.flatten()))
        }
        "lines" => Some(QuestionKind::Lines),
        "choice" if !has[0] => {
            fields.mistake("options", "is missing");
            None
        }
        "choice" => Some(QuestionKind::Choice(options?)),
        "consent" => Some(QuestionKind::Consent),
        _ => {
            fields.mistake("kind", "must be \"line\", \"lines\", \"choice\" or \"consent\"");
            None
        }
    }
}
