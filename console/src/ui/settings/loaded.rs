//! What a page of the settings reads from the relay, and how that stands.

use std::cell::RefCell;
use std::rc::Rc;

use serde::de::DeserializeOwned;
use yew::prelude::*;

use crate::http::{self, NotDone};
use crate::ui::empty::Skeleton;

/// How it stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Loaded<T> {
    /// It is on its way.
    Loading,
    /// It did not come.
    Failed(NotDone),
    /// It is here.
    Here(Rc<T>),
}

/// Something read, and the way to read it again.
pub(crate) struct Source<T> {
    state: UseStateHandle<Loaded<T>>,
    again: UseStateHandle<u32>,
    /// How often it was asked for, whatever a callback of long ago has seen.
    asked: Rc<RefCell<u32>>,
}

impl<T: 'static> Source<T> {
    /// What was read, once it is here.
    pub(crate) fn here(&self) -> Option<Rc<T>> {
        match self.state() {
            Loaded::Here(value) => Some(Rc::clone(value)),
            Loaded::Loading | Loaded::Failed(_) => None,
        }
    }

    /// How it stands.
    pub(crate) fn state(&self) -> &Loaded<T> {
        &self.state
    }

    /// Reads it again; what was there stays until then.
    pub(crate) fn reload(&self) -> Callback<()> {
        let (again, asked) = (self.again.clone(), Rc::clone(&self.asked));
        Callback::from(move |()| {
            let next = asked.borrow().wrapping_add(1);
            asked.replace(next);
            again.set(next);
        })
    }

    /// What stands in its place while it is not here.
    pub(crate) fn or_waiting(&self, draw: impl FnOnce(&Rc<T>) -> Html) -> Html {
        match &*self.state {
            Loaded::Loading => html! { <Skeleton rows={4} /> },
            Loaded::Failed(why) => html! {
                <p class="form-refused" role="alert">{ why.sentence() }{ " " }
                    <button type="button" class="link" onclick={self.reload().reform(|_: MouseEvent| ())}>{ "Try again" }</button></p>
            },
            Loaded::Here(value) => draw(value),
        }
    }
}

/// Reads a path when the page is shown and when it is asked to; no path, nothing. `preset` is there at once, and nothing is read: for the gallery and tests.
#[hook]
pub(crate) fn use_source<T: DeserializeOwned + PartialEq + 'static>(
    path: AttrValue,
    preset: Option<Rc<T>>,
) -> Source<T> {
    let is_preset = preset.is_some();
    let state = use_state_eq(|| preset.map_or(Loaded::Loading, Loaded::Here));
    let again = use_state_eq(|| 0);
    let asked = use_mut_ref(|| 0);
    use_effect_with((path, *again), {
        let state = state.clone();
        move |(path, _)| {
            if !is_preset && !path.is_empty() {
                let path = path.clone();
                wasm_bindgen_futures::spawn_local(async move {
                    state.set(match http::get::<T>(&path).await {
                        Ok(value) => Loaded::Here(Rc::new(value)),
                        Err(why) => Loaded::Failed(why),
                    });
                });
            }
        }
    });
    Source { state, again, asked }
}
