//! Who is reached from whom, once everything is interpreted.

use std::collections::BTreeMap;

use super::Interpreter;
use crate::document::DocumentId;
use crate::finding::Reach;
use crate::flow::Graph;

impl Interpreter<'_> {
    /// Raises the reach of files that are run or loaded, and builds the graph.
    pub(super) fn finish(mut self) -> Graph {
        self.raise();
        let plain = self.plain();
        let mut graph = Graph::new(self.effects, self.notices);
        graph.plain = plain;
        graph.runners = self.runners;
        graph.origins = self.origins;
        for effect in graph.effects_mut() {
            effect.reach = self.documents.get(effect.place.document).reach;
        }
        graph.exports = self.exports;
        graph.files.entered = self.entered;
        graph.files.of_documents = self.documents.all().iter().map(|document| document.file).collect();
        for path in self.files.keys() {
            let starts = path.match_indices('/').map(|(at, _)| at + 1).take(16);
            graph.files.own.extend(std::iter::once(0).chain(starts).filter_map(|at| path.get(at..)).map(str::to_owned));
        }
        graph
    }

    fn raise(&mut self) {
        let mut edges: BTreeMap<DocumentId, Vec<(DocumentId, bool)>> = BTreeMap::new();
        for (from, to, library) in &self.references {
            edges.entry(*from).or_default().push((*to, *library));
        }
        for document in self.documents.all() {
            if let Some(holder) = &document.holder
                && self.documents.get(holder.document).language.is_code()
            {
                edges.entry(holder.document).or_default().push((document.id, false));
            }
        }
        for level in [Reach::Auto, Reach::Direct, Reach::Indirect] {
            let at_level = self.documents.all().iter().filter(|document| document.reach == level);
            let mut stack: Vec<DocumentId> = at_level.map(|document| document.id).collect();
            while let Some(id) = stack.pop() {
                for (to, library) in edges.get(&id).into_iter().flatten() {
                    let new = if *library && level == Reach::Direct { Reach::Indirect } else { level };
                    let document = self.documents.get_mut(*to);
                    if document.reach < new {
                        document.reach = new;
                        if new == level {
                            stack.push(*to);
                        }
                    }
                }
            }
        }
    }
}
