//! One text, block by block: needles, regions, matches, and what has to be kept for the next block. Findings are the same
//! for every way of cutting the text into blocks.

use std::{borrow::Cow, ops::Range, path::Path};

use bstr::ByteSlice;

use super::{
    Engine, Task, Unit,
    changes::{self, Mark, Needles},
    checks::{AROUND, Surrounded},
    context,
    cursor::{Cursor, Storage},
    gate::{GateScratch, Spot, Stretch, near, stretches_in},
    matcher::{Catch, Found, Scratch},
    outline::Outline,
    pending::{MAX_MARK, Pending, Ready, Secrets},
    prefilter::{Hit, Hits},
    regions::{lines, regions},
    settle::Settled,
    snippet, within,
};
use crate::{
    artifact::{ArtifactPath, Memo, Version},
    finding::{Dropped, MarkedLine},
};

/// Larger texts are probed block by block, of this many bytes.
const LARGE: usize = 1 << 20;

/// The state of one text between its blocks.
pub(super) struct Stream<'e> {
    engine: &'e Engine<'e>,
    cursor: Cursor,
    outline: Option<Outline>,
    /// Where each unit goes on: its needles before are done.
    resume: Vec<u64>,
    pending: Pending,
    hits: Hits,
    scratch: Vec<Option<Scratch>>,
    gates: Vec<Option<GateScratch>>,
    /// What has been found for good.
    pub settled: Vec<Settled>,
    pub marks: Vec<MarkedLine>,
    pub dropped: Dropped,
    pub has_context: bool,
    /// Whether `hits` are all of the last text.
    has_memo: bool,
}

/// One block of a text.
#[derive(Clone, Copy)]
pub(super) struct Block<'b> {
    pub bytes: &'b [u8],
    /// Bytes of the text before it.
    pub base: u64,
    /// Bytes in which every needle is known.
    searched: usize,
    pub last: bool,
}

impl Block<'_> {
    /// Bytes of the whole text as bytes of the block.
    pub fn local(&self, span: Range<u64>) -> Range<usize> {
        (span.start - self.base) as usize..(span.end - self.base) as usize
    }
}

/// What a group and all its units look at.
#[derive(Clone, Copy)]
struct Search<'b> {
    block: Block<'b>,
    /// In which lines its needles stand.
    lines: &'b [Range<usize>],
    /// Where matches may lie; `None` for anywhere in the regions.
    spots: Option<&'b [Spot]>,
    path: &'b ArtifactPath,
    /// Without it all paths are meant.
    on_disk: Option<&'b Path>,
}

impl<'e> Stream<'e> {
    pub fn new(engine: &'e Engine<'e>) -> Self {
        Self {
            engine,
            cursor: Cursor::new(Storage::Bytes),
            outline: None,
            resume: vec![0; engine.units],
            pending: Pending::default(),
            hits: Hits::new(engine.groups.len()),
            scratch: (0..engine.matchers).map(|_| None).collect(),
            gates: engine.groups.iter().map(|_| None).collect(),
            settled: Vec::new(),
            marks: Vec::new(),
            dropped: Dropped::new(),
            has_context: false,
            has_memo: false,
        }
    }

    /// Begins another text.
    pub fn reset(&mut self, storage: Storage, outline: Option<Outline>) {
        self.cursor = Cursor::new(storage);
        self.outline = outline;
        self.resume.fill(0);
        self.pending.clear();
        self.settled.clear();
        self.marks.clear();
        self.dropped.clear();
        self.has_context = false;
    }

    /// Looks at a block that begins `base` bytes into the text; returns how many leading bytes may be dropped.
    pub fn block(&mut self, bytes: &[u8], base: u64, last: bool, path: &ArtifactPath) -> usize {
        self.look(bytes, base, last, path, Some(&path.own().to_path_lossy()))
    }

    /// Without a path on disk all paths are meant.
    fn look(&mut self, bytes: &[u8], base: u64, last: bool, path: &ArtifactPath, on_disk: Option<&Path>) -> usize {
        let searched = if last {
            bytes.len()
        } else {
            bytes.len().saturating_sub(self.engine.prefilter.longest() + context::LOOK_AHEAD)
        };
        let block = Block { bytes, base, searched, last };
        let mut hits = std::mem::take(&mut self.hits);
        self.engine.prefilter.find(bytes, &mut hits);
        let boundary = self.match_groups(block, &hits, path, on_disk);
        self.hits = hits;
        self.settle(block, boundary, path);
        if last { bytes.len() } else { self.release(block, boundary) }
    }

    /// Whether anything is found in a whole text under any path.
    pub fn probe(&mut self, version: Version<'_>) -> bool {
        self.reset(Storage::Bytes, None);
        let has_found = match version.bytes.len() {
            ..=LARGE => self.probe_at_once(version),
            _ => self.probe_in_blocks(version.bytes),
        };
        self.reset(Storage::Bytes, None);
        has_found
    }

    fn probe_at_once(&mut self, version: Version<'_>) -> bool {
        let bytes = version.bytes;
        let mut hits = std::mem::take(&mut self.hits);
        let prefilter = &self.engine.prefilter;
        let marks = match version.changes {
            Some(changes) => changes::find(prefilter, bytes, changes, &mut hits),
            None => {
                prefilter.find(bytes, &mut hits);
                None
            }
        };
        let block = Block { bytes, base: 0, searched: bytes.len(), last: true };
        let has_found = hits.iter().any(|(group, own)| {
            match &marks {
                Some(marks) => self.match_suspects(group, block, own, marks),
                None => drop(self.match_group(group, block, own, &ArtifactPath::new(""), None)),
            }
            self.pending.holds_match()
        });
        self.hits = hits;
        self.has_memo = true;
        has_found
    }

    /// Looks where the regions of a group's units may be others than in the version before.
    fn match_suspects(&mut self, at: usize, block: Block<'_>, hits: &[Hit], marks: &[Mark]) {
        let group = &self.engine.groups[at];
        let longest = self.engine.prefilter.longest();
        let suspects = |reach| Needles { bytes: block.bytes, hits, reach, longest }.suspects(marks);
        let spots = self.spots(at, block, || {
            // No unit looks at more.
            suspects(group.reach()).into_iter().flat_map(|run| &hits[run]).copied().collect()
        });
        let path = &ArtifactPath::new("");
        for unit in group.units.iter().filter(|unit| unit.is_wanted(spots.as_deref())) {
            for run in suspects(unit.reach) {
                let near = spots.as_ref().map(|spots| near(spots, &hits[run.clone()], unit.reach.bytes, None));
                let hits = near.as_deref().unwrap_or(&hits[run]);
                let lines = &lines(block.bytes, hits, unit.reach.bytes);
                self.match_unit(unit, hits, Search { block, lines, spots: spots.as_deref(), path, on_disk: None });
            }
        }
    }

    /// A large text may have more needles than fit into memory.
    fn probe_in_blocks(&mut self, bytes: &[u8]) -> bool {
        self.has_memo = false;
        let (nowhere, mut start, mut end) = (ArtifactPath::new(""), 0, 0);
        while end < bytes.len() {
            end = bytes.len().min(end + LARGE);
            start += self.look(&bytes[start..end], start as u64, end == bytes.len(), &nowhere, None);
            if !self.settled.is_empty() || self.pending.holds_match() {
                return true;
            }
        }
        false
    }

    /// What to keep of the text of the last probe.
    pub fn memo(&self) -> Option<Memo> {
        self.has_memo.then(|| changes::memo(&self.hits))
    }

    /// Runs every group that has a needle here; returns up to where nothing more can be found.
    fn match_groups(&mut self, block: Block<'_>, hits: &Hits, path: &ArtifactPath, on_disk: Option<&Path>) -> usize {
        let boundaries = hits.iter().map(|(group, own)| self.match_group(group, block, own, path, on_disk));
        let boundary = boundaries.min().unwrap_or(block.searched);
        if !block.last {
            // Units whose needles were all looked at go on behind them; the others said where.
            let searched = block.base + block.searched as u64;
            for resume in &mut self.resume {
                *resume = if *resume & UNSETTLED == 0 { searched } else { *resume & !UNSETTLED };
            }
        }
        boundary
    }

    /// Without a path on disk all paths are meant.
    fn match_group(
        &mut self,
        at: usize,
        block: Block<'_>,
        hits: &[Hit],
        path: &ArtifactPath,
        on_disk: Option<&Path>,
    ) -> usize {
        let group = &self.engine.groups[at];
        let mut tasks = group.units.iter().flat_map(|unit| &unit.tasks);
        if !tasks.any(|task| on_disk.is_none_or(|path| task.admits(path))) {
            return block.searched;
        }
        let hits = &hits[..hits.partition_point(|hit| hit.start < block.searched)];
        let spots = self.spots(at, block, || Cow::Borrowed(hits));
        // In a block with a next one, regions without a spot may still grow by what follows.
        let is_wanted = |unit: &&Unit<'_>| !block.last || unit.is_wanted(spots.as_deref());
        let units: Vec<&Unit<'_>> = group.units.iter().filter(is_wanted).collect();
        if units.is_empty() {
            return block.searched;
        }
        let reach = group.reach().bytes;
        let near = spots.as_ref().map(|spots| near(spots, hits, reach, (!block.last).then_some(block.searched)));
        let hits = near.as_deref().unwrap_or(hits);
        let lines = &lines(block.bytes, hits, reach);
        let search = Search { block, lines, spots: spots.as_deref(), path, on_disk };
        units.into_iter().map(|unit| self.match_unit(unit, hits, search)).min().unwrap_or(block.searched)
    }

    /// Where matches of a group may lie around its hits, which are asked for only then; `None` for anywhere in its regions.
    fn spots<'h>(&mut self, at: usize, block: Block<'_>, hits: impl FnOnce() -> Cow<'h, [Hit]>) -> Option<Vec<Spot>> {
        let gate = self.engine.groups[at].gate()?;
        let scratch = self.gates[at].get_or_insert_with(|| gate.scratch());
        Some(gate.spots(block.bytes, &hits(), scratch))
    }

    /// Runs the tasks of a unit around its hits; returns up to where nothing more can be found.
    fn match_unit(&mut self, unit: &Unit<'_>, hits: &[Hit], search: Search<'_>) -> usize {
        let Search { block, lines, spots, path, on_disk } = search;
        let resume = self.resume[unit.index].saturating_sub(block.base) as usize;
        let done = hits.partition_point(|hit| hit.start < resume);
        let (hits, lines) = (&hits[done..], &lines[done..]);
        let admits = |task: &(usize, &Task<'_>)| on_disk.is_none_or(|path| task.1.admits(path));
        let tasks: Vec<(usize, &Task<'_>)> = (unit.first..).zip(&unit.tasks).filter(admits).collect();
        if tasks.is_empty() || hits.is_empty() {
            return block.searched;
        }
        let mut boundary = block.searched;
        let mut catch = Catch { path, found: Vec::new(), dropped: &mut self.dropped };
        for region in regions(block.bytes, hits, lines, unit.reach, block.searched, block.last) {
            if !region.is_settled {
                self.resume[unit.index] = (block.base + region.first_hit as u64) | UNSETTLED;
                boundary = boundary.min(region.start);
                break;
            }
            let whole = || vec![Stretch::whole(&region)];
            let mut stretches = spots.map_or_else(whole, |spots| stretches_in(&region, spots));
            stretches.retain(|stretch| stretch.may_hold(block.bytes, unit.glance));
            if stretches.is_empty() {
                continue;
            }
            let own = || {
                let first = hits.partition_point(|hit| hit.start < region.first_hit);
                let until = hits[first..].iter().take_while(|hit| hit.start < region.end);
                until.filter(|hit| hit.end <= region.end)
            };
            for (at, task) in &tasks {
                match task {
                    Task::Match(matcher) => {
                        stretches.iter().filter(|stretch| stretch.is_for(*at)).for_each(|stretch| {
                            let scratch = self.scratch[matcher.index].get_or_insert_with(|| matcher.scratch());
                            matcher.search_spot(block.bytes, region, stretch.range.clone(), scratch, &mut catch);
                        })
                    }
                    Task::Decode { decoder, before, matcher } => own().for_each(|hit| {
                        let scratch = self.scratch[matcher.index].get_or_insert_with(|| matcher.scratch());
                        // What lies beyond has a needle of its own.
                        let end = region.end.min(hit.end + unit.reach.bytes);
                        let encoded = hit.start.saturating_sub(*before)..end;
                        matcher.search_decoded(block.bytes, encoded, decoder, scratch, &mut catch);
                    }),
                    Task::Read { anchor, matcher } => own().for_each(|hit| {
                        let (bytes, scratch) = (&block.bytes[..region.end], &mut self.scratch[matcher.index]);
                        matcher.search_read(bytes, hit.start..hit.end, *anchor, scratch, &mut catch);
                    }),
                    Task::Mark => self.pending.add_mark(block.base + region.first_hit as u64),
                    Task::Context => self.has_context |= own().any(|hit| context::is_at(&block.bytes[hit.start..])),
                }
            }
        }
        self.pending.add(catch.found, block.base);
        boundary
    }

    /// Finishes what can no longer change.
    fn settle(&mut self, block: Block<'_>, boundary: usize, path: &ArtifactPath) {
        let Ready { groups, marks, secrets } = self.pending.take_ready(block, boundary);
        let mut marks = marks.into_iter().peekable();
        for (start, members) in groups {
            while let Some(at) = marks.next_if(|&at| at < start) {
                self.mark(block, at);
            }
            self.move_to(block, start);
            self.settle_group(block, members, &secrets, path);
        }
        marks.for_each(|at| self.mark(block, at));
    }

    fn settle_group(&mut self, block: Block<'_>, mut members: Vec<Found>, secrets: &Secrets, path: &ArtifactPath) {
        self.look_around(block, &mut members);
        if members.is_empty() {
            return;
        }
        let rules = self.engine.rules.rules();
        members.sort_by_key(|member| {
            (-rules[member.rule].precedence, member.rule, member.span.start, !member.encodings.is_empty())
        });
        members.dedup_by(|a, b| a.rule == b.rule && a.span == b.span);
        let span = members[0].span.clone();
        let mut start = self.cursor;
        start.advance(&block.bytes[(start.offset - block.base) as usize..span.start]);
        let mut end = start;
        end.advance(&block.bytes[span.clone()]);
        let part = self.outline.clone().and_then(|mut outline| {
            outline.advance(&block.bytes[(self.cursor.offset - block.base) as usize..span.start]);
            outline.part()
        });
        let mut line = snippet::masked_line(block.bytes, &span, start.column, &secrets.near(&span), block.last);
        line.within = within::within(block.bytes, &span, block.base, path);
        self.settled.push(Settled { members, start, end, part, line });
    }

    /// Drops what the lines around say is no secret.
    fn look_around(&mut self, block: Block<'_>, members: &mut Vec<Found>) {
        members.retain(|member| {
            let Some(judge) = member.pattern.around.filter(|_| member.encodings.is_empty()) else { return true };
            let Range { start, end } = member.span;
            let surrounded = Surrounded {
                secret: &member.secret.0,
                before: &block.bytes[start.saturating_sub(AROUND)..start],
                after: &block.bytes[end..block.bytes.len().min(end + AROUND)],
            };
            let Some(reason) = judge(&surrounded).dropped_as() else { return true };
            *self.dropped.entry(reason).or_default() += 1;
            false
        });
    }

    fn mark(&mut self, block: Block<'_>, at: usize) {
        self.move_to(block, at);
        let window = snippet::line_around(block.bytes, at, MAX_MARK);
        let text = String::from_utf8_lossy(&block.bytes[window]).into_owned();
        if self.marks.last().is_none_or(|mark| mark.line != self.cursor.line || mark.text != text) {
            self.marks.push(MarkedLine { line: self.cursor.line, text });
        }
    }

    fn move_to(&mut self, block: Block<'_>, at: usize) {
        let from = (self.cursor.offset - block.base) as usize;
        if from < at {
            self.cursor.advance(&block.bytes[from..at]);
            if let Some(outline) = &mut self.outline {
                outline.advance(&block.bytes[from..at]);
            }
        }
    }

    /// How many leading bytes neither an unsettled region, nor the line of an open finding, nor a look back needs.
    fn release(&mut self, block: Block<'_>, boundary: usize) -> usize {
        let look_back = block.searched.saturating_sub(self.engine.longest_reach);
        let keep = self.pending.keep(block, boundary.min(look_back));
        self.move_to(block, keep);
        keep
    }
}

/// Set in `resume` while a block is looked at: this unit has a region that the next block may still change.
const UNSETTLED: u64 = 1 << 63;
