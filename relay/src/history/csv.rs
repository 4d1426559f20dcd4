//! Every conversation of a time, one line each, as it is read: there is no limit to how many.

use std::collections::BTreeMap;
use std::io::Write;

use model::{AgentId, ConversationId, QueueId, Timestamp, WidgetId, WorkstreamId};
use rusqlite::{Row, ToSql};

use super::store::{integer, key};
use super::{Asked, History, HistoryError};
use crate::utc::utc;

/// The names of the columns. They are added to at the end, and never changed.
const CSV_HEAD: &str = "conversation,started_at,closed_at,close_reason,widget,workstream,queue,first_agent,agent,agent_name,\
wait_ms,talk_ms,wrap_up_ms,sessions,transfers,declined,missed,disconnects,returned_by_token,returned_by_link,returned_by_prompt,\
returned_by_sign_in,returned_by_handover,hold_saved_ms,hold_wasted_ms,last_queue";

const COLUMNS: &str = "id, started_at, closed_at, close_reason, widget, workstream, queue, first_agent, agent, waited_ms, talked_ms,
    wrapped_up_ms, sessions, transfers, declined, missed, disconnects, returned_by_token, returned_by_link, returned_by_prompt,
    returned_by_sign_in, returned_by_handover, hold_saved_ms, hold_wasted_ms, last_queue";

/// What ids are called.
#[derive(Clone, Debug, Default)]
pub(crate) struct CsvNames {
    pub(crate) widgets: BTreeMap<WidgetId, String>,
    pub(crate) workstreams: BTreeMap<WorkstreamId, String>,
    pub(crate) queues: BTreeMap<QueueId, String>,
    pub(crate) agents: BTreeMap<AgentId, String>,
}

impl History {
    /// Writes conversations that started in the asked time, oldest first. Blocks.
    pub(crate) fn csv(&self, asked: &Asked, names: &CsvNames, into: &mut impl Write) -> Result<(), HistoryError> {
        writeln!(into, "{CSV_HEAD}\r")?;
        self.with(|connection| {
            let mut sql = format!("SELECT {COLUMNS} FROM conversation WHERE started_at >= ?1 AND started_at < ?2");
            let mut values: Vec<Box<dyn ToSql>> = vec![Box::new(integer(asked.from.0)), Box::new(integer(asked.to.0))];
            if let Some(agent) = asked.agent {
                values.push(Box::new(key(agent.as_u128())));
                let place = values.len();
                sql += &format!(
                    " AND EXISTS (SELECT 1 FROM session WHERE session.conversation = conversation.id AND session.agent = ?{place})"
                );
            }
            let filters = [
                ("queue", asked.queue.map(|queue| queue.as_u128())),
                ("widget", asked.widget.map(|widget| widget.as_u128())),
            ];
            for (name, id) in filters.into_iter().filter_map(|(name, id)| Some((name, id?))) {
                values.push(Box::new(key(id)));
                sql += &format!(" AND {name} = ?{}", values.len());
            }
            sql += " ORDER BY started_at";
            let mut statement = connection.prepare(&sql)?;
            let mut rows = statement.query(rusqlite::params_from_iter(values))?;
            while let Some(row) = rows.next()? {
                writeln!(into, "{}\r", line(row, names)?)?;
            }
            Ok(())
        })
    }
}

fn line(row: &Row<'_>, names: &CsvNames) -> rusqlite::Result<String> {
    let id = |column: usize| -> rusqlite::Result<Option<u128>> {
        Ok(row.get::<_, Option<[u8; 16]>>(column)?.map(u128::from_be_bytes))
    };
    let time = |column: usize| -> rusqlite::Result<String> {
        let at: Option<i64> = row.get(column)?;
        Ok(at.map_or_else(String::new, |at| utc(Timestamp(at.unsigned_abs()))))
    };
    let required = |column: usize| -> rusqlite::Result<u128> { Ok(id(column)?.unwrap_or_default()) };
    let widget = WidgetId::from_u128(required(4)?);
    let workstream = WorkstreamId::from_u128(required(5)?);
    let queue = QueueId::from_u128(required(6)?);
    let agent = id(8)?.map(AgentId::from_u128);
    let mut fields = vec![
        ConversationId::from_u128(required(0)?).to_string(),
        time(1)?,
        time(2)?,
        row.get::<_, Option<String>>(3)?.unwrap_or_default(),
        names.widgets.get(&widget).cloned().unwrap_or_else(|| widget.to_string()),
        names.workstreams.get(&workstream).cloned().unwrap_or_else(|| workstream.to_string()),
        names.queues.get(&queue).cloned().unwrap_or_else(|| queue.to_string()),
        id(7)?.map(AgentId::from_u128).map_or_else(String::new, |agent| agent.to_string()),
        agent.map_or_else(String::new, |agent| agent.to_string()),
        quoted(agent.and_then(|agent| names.agents.get(&agent)).map_or("", String::as_str)),
    ];
    for column in 9..24 {
        fields.push(row.get::<_, Option<i64>>(column)?.map_or_else(String::new, |figure| figure.to_string()));
    }
    let last_queue = QueueId::from_u128(required(24)?);
    fields.push(names.queues.get(&last_queue).cloned().unwrap_or_else(|| last_queue.to_string()));
    Ok(fields.join(","))
}

/// A name as one field, which no spreadsheet takes for a formula.
fn quoted(name: &str) -> String {
    let is_formula = name.starts_with(['=', '+', '-', '@', '\t']);
    format!("\"{}{}\"", if is_formula { "'" } else { "" }, name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_name_is_one_field_and_no_formula() {
        assert_eq!(quoted("Ravi, \"R\""), "\"Ravi, \"\"R\"\"\"");
        assert_eq!(quoted("=1+1"), "\"'=1+1\"");
    }
}
