//! A semaphore whose waiting callers are grouped by client, and whose clients take turns.
//!
//! The client whose last turn is longest ago is next, so one that comes for the first time does not wait for those that come
//! again and again, and many waiting callers of one client delay others by one turn. If the queue is full, the client with
//! the most waiting callers gives up its newest one for a client that has fewer.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;

/// Turns that are remembered: more clients than wait at once in any attack that the limits let through.
const SERVED_MAX: usize = 256;

/// The queue. Cheap to clone.
pub(crate) struct FairQueue<C: PartialEq + Clone> {
    state: Arc<Mutex<State<C>>>,
    capacity: usize,
}

impl<C: PartialEq + Clone> Clone for FairQueue<C> {
    fn clone(&self) -> Self {
        Self { state: Arc::clone(&self.state), capacity: self.capacity }
    }
}

struct State<C: PartialEq + Clone> {
    /// Permits that nobody holds.
    free: usize,
    /// Clients with waiting callers, in the order in which they came.
    clients: Vec<Client<C>>,
    /// The clients of the latest turns, each once, the newest one last.
    served: VecDeque<C>,
}

struct Client<C: PartialEq + Clone> {
    id: C,
    /// Oldest first.
    callers: VecDeque<oneshot::Sender<Permit<C>>>,
}

/// Every place in the queue is taken, by clients that have no more of them than this one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct QueueFull;

/// The right to work, until dropped.
pub(crate) struct Permit<C: PartialEq + Clone>(Option<Arc<Mutex<State<C>>>>);

impl<C: PartialEq + Clone> Drop for Permit<C> {
    fn drop(&mut self) {
        if let Some(state) = self.0.take() {
            pass_on(&state);
        }
    }
}

impl<C: PartialEq + Clone> FairQueue<C> {
    /// `permits` callers work at once and `capacity` wait.
    pub fn new(permits: usize, capacity: usize) -> Self {
        Self { state: Arc::new(Mutex::new(State { free: permits, clients: Vec::new(), served: VecDeque::new() })), capacity }
    }

    /// Waits for the client's turn. A caller that goes away loses its place.
    pub async fn acquire(&self, client: C) -> Result<Permit<C>, QueueFull> {
        let turn = {
            let mut state = lock(&self.state);
            state.forget_gone_callers();
            if state.free > 0 && state.clients.is_empty() {
                state.free -= 1;
                state.note_turn(client);
                return Ok(Permit(Some(Arc::clone(&self.state))));
            }
            state.enqueue(client, self.capacity)?
        };
        // Displaced by another client: the sender is gone.
        turn.await.map_err(|_| QueueFull)
    }
}

impl<C: PartialEq + Clone> State<C> {
    fn enqueue(&mut self, client: C, capacity: usize) -> Result<oneshot::Receiver<Permit<C>>, QueueFull> {
        let waiting: usize = self.clients.iter().map(|client| client.callers.len()).sum();
        if waiting >= capacity {
            self.displace_for(&client)?;
        }
        let (sender, receiver) = oneshot::channel();
        match self.clients.iter_mut().find(|waiting| waiting.id == client) {
            Some(waiting) => waiting.callers.push_back(sender),
            None => self.clients.push(Client { id: client, callers: VecDeque::from([sender]) }),
        }
        Ok(receiver)
    }

    /// Takes the newest caller of the client with the most, if it has more than the newcomer would have.
    fn displace_for(&mut self, newcomer: &C) -> Result<(), QueueFull> {
        let own = self.clients.iter().find(|client| client.id == *newcomer).map_or(0, |client| client.callers.len());
        let largest = self.clients.iter_mut().max_by_key(|client| client.callers.len()).ok_or(QueueFull)?;
        if largest.callers.len() <= own + 1 {
            return Err(QueueFull);
        }
        largest.callers.pop_back();
        Ok(())
    }

    /// The oldest caller of the client whose turn it is.
    fn next_caller(&mut self) -> Option<oneshot::Sender<Permit<C>>> {
        // No turn among the latest ones comes before any of them; of equals the first one that came.
        let last_turn = |client: &Client<C>| self.served.iter().position(|served| *served == client.id);
        let next = (0..self.clients.len()).min_by_key(|index| last_turn(&self.clients[*index]))?;
        let client = self.clients[next].id.clone();
        let caller = self.clients[next].callers.pop_front();
        if self.clients[next].callers.is_empty() {
            self.clients.remove(next);
        }
        self.note_turn(client);
        caller
    }

    fn note_turn(&mut self, client: C) {
        self.served.retain(|served| *served != client);
        self.served.push_back(client);
        if self.served.len() > SERVED_MAX {
            self.served.pop_front();
        }
    }

    fn forget_gone_callers(&mut self) {
        for client in &mut self.clients {
            client.callers.retain(|caller| !caller.is_closed());
        }
        self.clients.retain(|client| !client.callers.is_empty());
    }
}

/// Gives a permit to the next caller, or back if nobody waits.
fn pass_on<C: PartialEq + Clone>(shared: &Arc<Mutex<State<C>>>) {
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

fn lock<C: PartialEq + Clone>(state: &Mutex<State<C>>) -> MutexGuard<'_, State<C>> {
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
            let _permit = queue.acquire(client).await?;
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
        let running = queue.acquire('a').await.unwrap();
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
            drop(queue.acquire(client).await.unwrap());
        }
        let running = queue.acquire('a').await.unwrap();
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
        let running = queue.acquire('x').await.unwrap();
        let mut of_a = Vec::new();
        for _ in 0..3 {
            of_a.push(wait(&queue, 'a', &order).await);
        }
        assert_eq!(queue.acquire('a').await.err(), Some(QueueFull), "the client with the most gets no more");
        let of_b = wait(&queue, 'b', &order).await;
        assert_eq!(of_a.pop().unwrap().await.unwrap(), Err(QueueFull), "the newest of the largest is displaced");
        assert_eq!(queue.acquire('b').await.err(), Some(QueueFull), "two and one: no displacement that only turns the tables");
        drop(running);
        of_b.await.unwrap().unwrap();
        for caller in of_a {
            caller.await.unwrap().unwrap();
        }
        assert_eq!(*order.lock().unwrap(), "aba", "neither had a turn: a came first");
    }

    #[tokio::test]
    async fn a_caller_that_goes_away_holds_nothing() {
        let (queue, order) = (FairQueue::new(1, 1), Order::default());
        let running = queue.acquire('a').await.unwrap();
        let gone = wait(&queue, 'b', &order).await;
        gone.abort();
        assert!(gone.await.unwrap_err().is_cancelled());
        let next = wait(&queue, 'c', &order).await;
        drop(running);
        next.await.unwrap().unwrap();
        drop(queue.acquire('d').await.unwrap());
        assert_eq!(*order.lock().unwrap(), "c");
    }
}
