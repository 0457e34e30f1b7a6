use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Threads that work on numbered tasks, with results handed over in the order of the tasks.
///
/// A rayon pool with one worker per thread rather than a parallel iterator, which splits its range in halves and so
/// works far from the result that is needed next. A worker takes the next task that nobody has; one that is too far
/// ahead waits: what is held back stays bounded whatever one slow task does.
#[derive(Debug, Clone, Copy)]
pub struct Pool {
    threads: usize,
}

/// Stack of a thread: parsers and interpreters recurse to a fixed depth that fits in here.
const STACK: usize = 16 << 20;
/// Results per thread that may wait for an earlier one.
const AHEAD: usize = 64;

struct State<T> {
    /// The next task that nobody has.
    next: usize,
    /// The next result to hand over.
    due: usize,
    /// Results that wait for earlier ones.
    waiting: BTreeMap<usize, T>,
    stopped: bool,
}

struct Shared<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, guard: MutexGuard<'a, State<T>>) -> MutexGuard<'a, State<T>> {
        self.changed.wait(guard).unwrap_or_else(PoisonError::into_inner)
    }
}

/// Stops the other side when one side ends early, even by a panic.
struct StopOnDrop<'a, T>(&'a Shared<T>);

impl<T> Drop for StopOnDrop<'_, T> {
    fn drop(&mut self) {
        self.0.lock().stopped = true;
        self.0.changed.notify_all();
    }
}

impl Pool {
    /// A pool of this many threads; 0 stands for one per core.
    #[must_use]
    pub fn new(threads: usize) -> Self {
        let cores = || thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { threads: if threads == 0 { cores() } else { threads } }
    }

    /// Runs `work` for 0..`count` and gives each result to `each`, in order, on this thread. When `each` fails,
    /// no more tasks are begun.
    ///
    /// # Errors
    /// What `each` returned; or what the system said when it refused a thread.
    pub fn run<T: Send, E: From<std::io::Error>>(
        self,
        count: usize,
        work: impl Fn(usize) -> T + Sync,
        mut each: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        if count == 0 {
            return Ok(());
        }
        let threads = self.threads.min(count);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .stack_size(STACK)
            .thread_name(|index| format!("scan {index}"))
            .build()
            .map_err(std::io::Error::other)?;
        let state = State { next: 0, due: 0, waiting: BTreeMap::new(), stopped: false };
        let shared = Shared { state: Mutex::new(state), changed: Condvar::new() };
        pool.in_place_scope(|scope| {
            let stop = StopOnDrop(&shared);
            for _ in 0..threads {
                scope.spawn(|_| worker(&shared, count, threads * AHEAD, &work));
            }
            for due in 0..count {
                let mut state = shared.lock();
                let result = loop {
                    if let Some(result) = state.waiting.remove(&due) {
                        break result;
                    }
                    if state.stopped {
                        return Err(E::from(std::io::Error::other("a worker thread failed")));
                    }
                    state = shared.wait(state);
                };
                state.due = due + 1;
                drop(state);
                shared.changed.notify_all();
                each(result)?;
            }
            drop(stop);
            Ok(())
        })
    }
}

fn worker<T>(shared: &Shared<T>, count: usize, ahead: usize, work: &(impl Fn(usize) -> T + Sync)) {
    loop {
        let mut state = shared.lock();
        while !state.stopped && state.next < count && state.next >= state.due + ahead {
            state = shared.wait(state);
        }
        if state.stopped || state.next >= count {
            return;
        }
        let task = state.next;
        state.next += 1;
        drop(state);
        // Disarmed when the work comes back: only a panic drops it.
        let armed = StopOnDrop(shared);
        let result = work(task);
        std::mem::forget(armed);
        shared.lock().waiting.insert(task, result);
        shared.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[test]
    fn results_come_in_order_whatever_takes_how_long() {
        for threads in [1, 2, 7] {
            let mut seen = Vec::new();
            let work = |task: usize| {
                thread::sleep(Duration::from_micros((task * 7919 % 5) as u64 * 200));
                task
            };
            Pool::new(threads)
                .run(300, work, |task| {
                    seen.push(task);
                    Ok::<_, io::Error>(())
                })
                .unwrap();
            assert_eq!(seen, (0..300).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_slow_task_holds_the_others_back() {
        let begun = AtomicUsize::new(0);
        let work = |task: usize| {
            begun.fetch_add(1, Ordering::SeqCst);
            if task == 0 {
                thread::sleep(Duration::from_millis(100));
            }
            begun.load(Ordering::SeqCst)
        };
        let mut first = None;
        Pool::new(2)
            .run(10_000, work, |begun| {
                first.get_or_insert(begun);
                Ok::<_, io::Error>(())
            })
            .unwrap();
        assert!(first.unwrap() <= 2 * AHEAD + 1, "{first:?} tasks were begun before the first result was handed over");
    }

    #[test]
    fn an_error_stops_the_work() {
        let begun = AtomicUsize::new(0);
        let result = Pool::new(2).run(
            100_000,
            |_| begun.fetch_add(1, Ordering::SeqCst),
            |_| Err(io::Error::from(io::ErrorKind::BrokenPipe)),
        );
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        assert!(begun.load(Ordering::SeqCst) < 1000);
    }

    #[test]
    fn nothing_to_do_is_done() {
        Pool::new(0).run(0, |_| (), |()| Err::<(), _>(io::Error::other("never"))).unwrap();
    }
}
