//! A semaphore whose waiting callers are grouped by client, and whose clients take turns.
//!
//! The client whose last turn is longest ago is next, so one that comes for the first time does not wait for those that come
//! again and again, and many waiting callers of one client delay others by one turn. If the queue is full, the client with
//! the most waiting callers, of equals the one with the latest turn, gives up its newest caller for a client that ranks
//! before it. Within a client, preferred callers come first.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;

/// Clients whose latest turn is remembered. Past it the older half is forgotten.
const SERVED_MAX: usize = 4_096;

/// The queue. Cheap to clone.
pub(crate) struct FairQueue<C: Eq + Hash + Clone> {
    state: Arc<Mutex<State<C>>>,
    capacity: usize,
}

impl<C: Eq + Hash + Clone> Clone for FairQueue<C> {
    fn clone(&self) -> Self {
        Self { state: Arc::clone(&self.state), capacity: self.capacity }
    }
}

struct State<C: Eq + Hash + Clone> {
    /// Permits that nobody holds.
    free: usize,
    /// Clients with waiting callers, in the order in which they came.
    clients: Vec<Client<C>>,
    /// The latest turn of each client. Turns are counted from 1.
    last_turns: HashMap<C, u64>,
    turns: u64,
}

struct Client<C: Eq + Hash + Clone> {
    id: C,
    /// Preferred ones first, then oldest first.
    callers: VecDeque<Caller<C>>,
}

struct Caller<C: Eq + Hash + Clone> {
    is_preferred: bool,
    turn: oneshot::Sender<Permit<C>>,
}

/// Every place in the queue is taken, by clients that have no more of them than this one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct QueueFull;

/// The right to work, until dropped.
pub(crate) struct Permit<C: Eq + Hash + Clone>(Option<Arc<Mutex<State<C>>>>);

impl<C: Eq + Hash + Clone> Drop for Permit<C> {
    fn drop(&mut self) {
        if let Some(state) = self.0.take() {
            pass_on(&state);
        }
    }
}

impl<C: Eq + Hash + Clone> FairQueue<C> {
    /// `permits` callers work at once and `capacity` wait.
    pub fn new(permits: usize, capacity: usize) -> Self {
        Self { state: Arc::new(Mutex::new(State { free: permits, clients: Vec::new(), last_turns: HashMap::new(), turns: 0 })), capacity }
    }

    /// Waits for the client's turn; a preferred caller before the client's others. A caller that goes away loses its place.
    pub async fn acquire(&self, client: C, is_preferred: bool) -> Result<Permit<C>, QueueFull> {
        let turn = {
            let mut state = lock(&self.state);
            state.forget_gone_callers();
            if state.free > 0 && state.clients.is_empty() {
                state.free -= 1;
                state.note_turn(client);
                return Ok(Permit(Some(Arc::clone(&self.state))));
            }
            state.enqueue(client, is_preferred, self.capacity)?
        };
        // Displaced by another client: the sender is gone.
        turn.await.map_err(|_| QueueFull)
    }
}

impl<C: Eq + Hash + Clone> State<C> {
    fn enqueue(&mut self, client: C, is_preferred: bool, capacity: usize) -> Result<oneshot::Receiver<Permit<C>>, QueueFull> {
        let waiting: usize = self.clients.iter().map(|client| client.callers.len()).sum();
        if waiting >= capacity {
            self.displace_for(&client)?;
        }
        let (turn, receiver) = oneshot::channel();
        let caller = Caller { is_preferred, turn };
        match self.clients.iter_mut().find(|waiting| waiting.id == client) {
            Some(waiting) if is_preferred => {
                let place = waiting.callers.iter().position(|other| !other.is_preferred).unwrap_or(waiting.callers.len());
                waiting.callers.insert(place, caller);
            }
            Some(waiting) => waiting.callers.push_back(caller),
            None => self.clients.push(Client { id: client, callers: VecDeque::from([caller]) }),
        }
        Ok(receiver)
    }

    /// Takes the last caller of the client that ranks last, if that is after where the newcomer would rank.
    fn displace_for(&mut self, newcomer: &C) -> Result<(), QueueFull> {
        let own = self.clients.iter().find(|client| client.id == *newcomer).map_or(0, |client| client.callers.len());
        let newcomers_rank = (own + 1, self.last_turn(newcomer));
        let rank = |client: &Client<C>| (client.callers.len(), self.last_turn(&client.id));
        let last = (0..self.clients.len()).max_by_key(|index| rank(&self.clients[*index])).ok_or(QueueFull)?;
        if rank(&self.clients[last]) <= newcomers_rank || self.clients[last].id == *newcomer {
            return Err(QueueFull);
        }
        self.clients[last].callers.pop_back();
        self.clients.retain(|client| !client.callers.is_empty());
        Ok(())
    }

    /// The first caller of the client whose turn it is.
    fn next_caller(&mut self) -> Option<oneshot::Sender<Permit<C>>> {
        let next = (0..self.clients.len()).min_by_key(|index| self.last_turn(&self.clients[*index].id))?;
        let client = self.clients[next].id.clone();
        let caller = self.clients[next].callers.pop_front();
        if self.clients[next].callers.is_empty() {
            self.clients.remove(next);
        }
        self.note_turn(client);
        caller.map(|caller| caller.turn)
    }

    /// 0 for a client that had none, or none lately.
    fn last_turn(&self, client: &C) -> u64 {
        self.last_turns.get(client).copied().unwrap_or(0)
    }

    fn note_turn(&mut self, client: C) {
        self.turns += 1;
        self.last_turns.insert(client, self.turns);
        if self.last_turns.len() > SERVED_MAX {
            let oldest = self.turns - SERVED_MAX as u64 / 2;
            self.last_turns.retain(|_, turn| *turn > oldest);
        }
    }

    fn forget_gone_callers(&mut self) {
        for client in &mut self.clients {
            client.callers.retain(|caller| !caller.turn.is_closed());
        }
        self.clients.retain(|client| !client.callers.is_empty());
    }
}

/// Gives a permit to the next caller, or back if nobody waits.
fn pass_on<C: Eq + Hash + Clone>(shared: &Arc<Mutex<State<C>>>) {
    let mut state = lock(shared);
    state.forget_gone_callers();
    while let Some(caller) = state.next_caller() {
        match caller.send(Permit(Some(Arc::clone(shared)))) {
            Ok(()) => return,
            // The caller went away meanwhile. Emptied, the permit does not come back here when it is dropped.
            Err(mut unused) => drop(unused.0.take()),
        }
    }
    state.free += 1;
}

fn lock<C: Eq + Hash + Clone>(state: &Mutex<State<C>>) -> MutexGuard<'_, State<C>> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use tokio::task::JoinHandle;

    type Order = Arc<Mutex<String>>;

    /// A caller in a task of its own, already in the queue. It notes its client when it is served, and gives the permit back.
    async fn wait(queue: &FairQueue<char>, client: char, order: &Order) -> JoinHandle<Result<(), QueueFull>> {
        let (queue, order) = (queue.clone(), Arc::clone(order));
        let caller = tokio::spawn(async move {
            let _permit = queue.acquire(client, false).await?;
            order.lock().unwrap().push(client);
            Ok(())
        });
        // The runtime of these tests has one thread: the caller runs until it waits.
        tokio::task::yield_now().await;
        caller
    }

    #[tokio::test]
    async fn clients_take_turns_however_many_callers_one_has() {
        let (queue, order) = (FairQueue::new(1, 64), Order::default());
        let running = queue.acquire('a', false).await.unwrap();
        let mut callers = Vec::new();
        for client in "aaaabbc".chars() {
            callers.push(wait(&queue, client, &order).await);
        }
        drop(running);
        for caller in callers {
            caller.await.unwrap().unwrap();
        }
        assert_eq!(*order.lock().unwrap(), "bcabaaa", "the first one served was a");
    }

    #[tokio::test]
    async fn a_client_that_comes_for_the_first_time_is_next() {
        let (queue, order) = (FairQueue::new(1, 64), Order::default());
        for client in "abcd".chars() {
            drop(queue.acquire(client, false).await.unwrap());
        }
        let running = queue.acquire('a', false).await.unwrap();
        let mut callers = Vec::new();
        for client in "dcbax".chars() {
            callers.push(wait(&queue, client, &order).await);
        }
        drop(running);
        for caller in callers {
            caller.await.unwrap().unwrap();
        }
        assert_eq!(*order.lock().unwrap(), "xbcda");
    }

    #[tokio::test]
    async fn a_full_queue_takes_from_the_client_with_the_most() {
        let (queue, order) = (FairQueue::new(1, 3), Order::default());
        let running = queue.acquire('x', false).await.unwrap();
        let mut of_a = Vec::new();
        for _ in 0..3 {
            of_a.push(wait(&queue, 'a', &order).await);
        }
        assert_eq!(queue.acquire('a', false).await.err(), Some(QueueFull), "the client with the most gets no more");
        let of_b = wait(&queue, 'b', &order).await;
        assert_eq!(of_a.pop().unwrap().await.unwrap(), Err(QueueFull), "the newest of the largest is displaced");
        assert_eq!(queue.acquire('b', false).await.err(), Some(QueueFull), "two and one: no displacement that only turns the tables");
        drop(running);
        of_b.await.unwrap().unwrap();
        for caller in of_a {
            caller.await.unwrap().unwrap();
        }
        assert_eq!(*order.lock().unwrap(), "aba", "neither had a turn: a came first");
    }

    #[tokio::test]
    async fn in_a_full_queue_of_equals_the_latest_turn_gives_way() {
        let (queue, order) = (FairQueue::new(1, 2), Order::default());
        for client in "ab".chars() {
            drop(queue.acquire(client, false).await.unwrap());
        }
        let running = queue.acquire('x', false).await.unwrap();
        let of_a = wait(&queue, 'a', &order).await;
        let of_b = wait(&queue, 'b', &order).await;
        let newcomer = wait(&queue, 'c', &order).await;
        assert_eq!(of_b.await.unwrap(), Err(QueueFull));
        assert_eq!(queue.acquire('b', false).await.err(), Some(QueueFull), "it does not come back in place of an older turn");
        drop(running);
        newcomer.await.unwrap().unwrap();
        of_a.await.unwrap().unwrap();
        assert_eq!(*order.lock().unwrap(), "ca");
    }

    #[tokio::test]
    async fn a_preferred_caller_comes_before_its_clients_others_alone() {
        let queue = FairQueue::new(1, 8);
        let running = queue.acquire('a', false).await.unwrap();
        let served = Arc::new(Mutex::new(Vec::new()));
        let mut callers = Vec::new();
        for (client, is_preferred, name) in [('a', false, "a1"), ('a', true, "a2"), ('b', false, "b1"), ('a', true, "a3")] {
            let (queue, served) = (queue.clone(), Arc::clone(&served));
            callers.push(tokio::spawn(async move {
                let _permit = queue.acquire(client, is_preferred).await.unwrap();
                served.lock().unwrap().push(name);
            }));
            tokio::task::yield_now().await;
        }
        drop(running);
        for caller in callers {
            caller.await.unwrap();
        }
        assert_eq!(*served.lock().unwrap(), ["b1", "a2", "a3", "a1"]);
    }

    #[tokio::test]
    async fn a_caller_that_goes_away_holds_nothing() {
        let (queue, order) = (FairQueue::new(1, 1), Order::default());
        let running = queue.acquire('a', false).await.unwrap();
        let gone = wait(&queue, 'b', &order).await;
        gone.abort();
        assert!(gone.await.unwrap_err().is_cancelled());
        let next = wait(&queue, 'c', &order).await;
        drop(running);
        next.await.unwrap().unwrap();
        drop(queue.acquire('d', false).await.unwrap());
        assert_eq!(*order.lock().unwrap(), "c");
    }
}
