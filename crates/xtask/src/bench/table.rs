//! Tables of figures on a terminal; they are Markdown, too, so that they can be quoted.

use std::fmt;

/// A table that is filled row by row.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// The first column is text, the others are figures.
    pub(crate) fn new(columns: &[&str]) -> Self {
        Self {
            rows: vec![columns.iter().map(|&column| column.to_owned()).collect()],
        }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        let width = |at: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(at));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(|at| width(at).max(3)).collect();
        for (number, row) in self.rows.iter().enumerate() {
            f.write_str("|")?;
            for (at, width) in widths.iter().enumerate() {
                let cell = row.get(at).map_or("", String::as_str);
                if at == 0 {
                    write!(f, " {cell:<width$} |")?;
                } else {
                    write!(f, " {cell:>width$} |")?;
                }
            }
            f.write_str("\n")?;
            if number == 0 {
                f.write_str("|")?;
                for (at, width) in widths.iter().enumerate() {
                    let line = "-".repeat(*width + 1);
                    f.write_str(&if at == 0 {
                        format!("{line}-|")
                    } else {
                        format!("{line}:|")
                    })?;
                }
                f.write_str("\n")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_figures_end_at_the_same_place() {
        let mut table = Table::new(&["what", "ms"]);
        table.row(["été".to_owned(), "12.5".to_owned()]);
        table.row(["a longer one".to_owned(), "3".to_owned()]);
        assert_eq!(
            table.to_string(),
            "| what         |   ms |\n|--------------|-----:|\n| été          | 12.5 |\n| a longer one |    3 |\n"
        );
    }
}
