//! Printing, line by line as things are measured: a run takes minutes, and who ends it early has seen the rest.

/// A table of text, aligned by column.
pub(super) struct Table {
    widths: Vec<usize>,
}

/// The width of the first column.
const WHAT_WIDTH: usize = 44;
/// The least width of the others.
const NUMBER_WIDTH: usize = 8;

impl Table {
    /// A table with its head, which is printed.
    #[must_use]
    pub(super) fn new(head: &[&str]) -> Self {
        let width = |(column, cell): (usize, &&str)| {
            if column == 0 { WHAT_WIDTH } else { cell.chars().count().max(NUMBER_WIDTH) }
        };
        let table = Self { widths: head.iter().enumerate().map(width).collect() };
        print("");
        table.row(&head.iter().map(|&cell| cell.to_owned()).collect::<Vec<_>>());
        table
    }

    /// Prints a row.
    pub(super) fn row(&self, cells: &[String]) {
        let mut line = String::from(" ");
        for (column, (cell, width)) in cells.iter().zip(&self.widths).enumerate() {
            let pad = " ".repeat(width.saturating_sub(cell.chars().count()));
            line.push(' ');
            if column == 0 {
                line.push_str(cell);
                line.push_str(&pad);
            } else {
                line.push_str(&pad);
                line.push_str(cell);
            }
        }
        print(&line);
    }
}

/// Prints a remark below a table.
pub(super) fn remark(text: &str) {
    print(&format!("  {text}"));
}

#[expect(clippy::print_stdout, reason = "the tables are what this program is for")]
fn print(line: &str) {
    println!("{line}");
}
