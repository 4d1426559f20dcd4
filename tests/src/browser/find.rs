//! Finding by role and accessible name.

use std::sync::Arc;

use anyhow::Result;
use hyper::Method;
use serde_json::Value;
use thirtyfour::WebElement;

use super::{Browser, Engine, until};

/// How a name is matched.
#[derive(Clone, Copy, Debug)]
pub enum Name<'a> {
    /// Exactly this.
    Is(&'a str),
    /// Begins with this.
    Starts(&'a str),
    /// Has this in it.
    Has(&'a str),
}

impl Name<'_> {
    pub(super) fn fits(self, name: &str) -> bool {
        match self {
            Self::Is(wanted) => name == wanted,
            Self::Starts(wanted) => name.starts_with(wanted),
            Self::Has(wanted) => name.contains(wanted),
        }
    }
}

/// Elements that may have a role, by CSS; the browser itself is asked for the role afterwards.
fn candidates(role: &str) -> String {
    let native = match role {
        "image" => "img, [role=img]",
        "button" => "button, summary, input[type=submit], input[type=button]",
        "textbox" => {
            "textarea, input:not([type]), input[type=text], input[type=email], input[type=password], input[type=url], [contenteditable]"
        }
        "link" => "a[href]",
        "heading" => "h1, h2, h3, h4",
        "dialog" => "dialog",
        "navigation" => "nav",
        "main" => "main",
        "region" => "section",
        "article" => "article",
        "form" => "form",
        "option" => "option",
        "combobox" => "select",
        "searchbox" => "input[type=search]",
        "spinbutton" => "input[type=number]",
        "checkbox" => "input[type=checkbox]",
        "list" => "ul, ol",
        _ => "",
    };
    let explicit = format!("[role={role}]");
    if native.is_empty() { explicit } else { format!("{native}, {explicit}") }
}

/// Those of them that can be seen. Chromium tells role and name at once, and only so for a frame of another site.
const FIND: &str = "const [css, role] = arguments;
    return [...document.querySelectorAll(css)]
        .filter(element => element.checkVisibility({ visibilityProperty: true }))
        .filter(element => element.computedRole === undefined || element.computedRole === role)
        .map(element => [element, element.computedName ?? null])";

/// A role as Chromium calls it: images by their newer name, and password fields, which have no role in ARIA, text boxes.
fn common(role: &str) -> &str {
    match role {
        "img" => "image",
        "" => "textbox",
        other => other,
    }
}

impl Browser {
    /// All visible elements of a role whose name fits, in the current frame.
    pub async fn all(&self, role: &str, name: Name<'_>) -> Result<Vec<WebElement>> {
        let found = self.driver.execute(FIND, vec![candidates(role).into(), role.into()]).await?;
        let found: Vec<(Value, Option<String>)> = found.convert()?;
        let mut fitting = Vec::new();
        for (element, known) in found {
            let element = WebElement::from_json(element, Arc::clone(self.driver.handle()))?;
            let fits = match known {
                Some(known) => name.fits(&known),
                None => {
                    common(&self.computed(&element, "computedrole").await?) == role
                        && name.fits(&self.computed(&element, "computedlabel").await?)
                }
            };
            if fits {
                fitting.push(element);
            }
        }
        Ok(fitting)
    }

    /// The name that assistive technology reads.
    pub async fn name(&self, element: &WebElement) -> Result<String> {
        if self.engine() != Engine::Chromium {
            return self.computed(element, "computedlabel").await;
        }
        Ok(self.driver.execute("return arguments[0].computedName", vec![element.to_json()?]).await?.convert()?)
    }

    /// What the browser's accessibility tree says of an element.
    async fn computed(&self, element: &WebElement, what: &str) -> Result<String> {
        let answer = self.command(Method::GET, format!("/element/{}/{what}", element.element_id()), None).await?;
        Ok(answer.as_str().unwrap_or_default().trim().to_owned())
    }

    /// The first of them, as soon as there is one.
    pub async fn get(&self, role: &str, name: Name<'_>) -> Result<WebElement> {
        until(&format!("a {role} named {name:?}"), || async { Ok(self.all(role, name).await?.into_iter().next()) })
            .await
    }

    /// Whether there is one now.
    pub async fn has(&self, role: &str, name: Name<'_>) -> Result<bool> {
        Ok(!self.all(role, name).await?.is_empty())
    }

    /// Presses one as soon as it is there and can be pressed.
    pub async fn press(&self, role: &str, name: Name<'_>) -> Result<()> {
        until(&format!("a {role} named {name:?} that can be pressed"), || async {
            let Some(element) = self.all(role, name).await?.into_iter().next() else { return Ok(None) };
            if !element.is_enabled().await? {
                return Ok(None);
            }
            element.click().await?;
            Ok(Some(()))
        })
        .await
    }

    /// All words that the current frame shows.
    pub async fn words(&self) -> Result<String> {
        Ok(self.driver.execute("return document.body ? document.body.innerText : ''", vec![]).await?.convert()?)
    }

    /// Waits until the current frame shows these words.
    pub async fn shows(&self, words: &str) -> Result<()> {
        until(&format!("the words {words:?}"), || async { Ok(self.words().await?.contains(words).then_some(())) }).await
    }

    /// The words of the transcript, as one text.
    pub async fn transcript(&self) -> Result<String> {
        let log = self.all("log", Name::Has("")).await?.into_iter().next();
        match log {
            // Not the driver's own text, which leaves out what is scrolled away.
            Some(log) => Ok(log.prop("innerText").await?.unwrap_or_default()),
            None => Ok(String::new()),
        }
    }

    /// Waits until the transcript holds each of these messages exactly once and in this order.
    pub async fn transcript_is(&self, messages: &[String]) -> Result<()> {
        let seen = until(&format!("once and in order: {messages:?}"), || async {
            let transcript = self.transcript().await?;
            Ok(once_and_in_order(&transcript, messages).then_some(()))
        })
        .await;
        match seen {
            Ok(()) => Ok(()),
            Err(error) => Err(error.context(format!("the transcript is: {}", self.transcript().await?))),
        }
    }
}

/// Whether each message occurs exactly once, in this order.
#[must_use]
pub(super) fn once_and_in_order(transcript: &str, messages: &[String]) -> bool {
    let places: Vec<Vec<usize>> =
        messages.iter().map(|message| transcript.match_indices(message.as_str()).map(|(at, _)| at).collect()).collect();
    places.iter().all(|at| at.len() == 1) && places.windows(2).all(|pair| pair[0] < pair[1])
}

#[cfg(test)]
mod tests {
    use super::once_and_in_order;

    #[test]
    fn a_message_missing_twice_or_out_of_order_is_noticed() {
        let messages = ["one".to_owned(), "two".to_owned()];
        assert!(once_and_in_order("one\n14:02\ntwo", &messages));
        assert!(!once_and_in_order("two\none", &messages));
        assert!(!once_and_in_order("one\ntwo\ntwo", &messages));
        assert!(!once_and_in_order("one", &messages));
    }
}
