//! Sorting in a tenth of the code that `sort` compiles to for each type: this code travels to every visitor's browser.

use alloc::vec::Vec;

/// The places `0..count` in the order that `before` gives them: a heap sort, so never more than `n log n` steps.
pub(crate) fn sorted(count: usize, before: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut heap: Vec<usize> = (0..count).collect();
    for root in (0..count / 2).rev() {
        sink(&mut heap, root, before);
    }
    for end in (1..count).rev() {
        heap.swap(0, end);
        sink(heap.get_mut(..end).unwrap_or_default(), 0, before);
    }
    heap
}

/// Swaps the place at `root` with the later of the two below it, `2n + 1` and `2n + 2`, until none of them is later.
fn sink(heap: &mut [usize], root: usize, before: &dyn Fn(usize, usize) -> bool) {
    let mut root = root;
    while let Some(left) = root.checked_mul(2).and_then(|double| double.checked_add(1))
        && let (Some(parent), Some(first)) = (heap.get(root), heap.get(left))
    {
        let right = left.saturating_add(1);
        let child = if heap.get(right).is_some_and(|second| before(*first, *second)) { right } else { left };
        if !heap.get(child).is_some_and(|child| before(*parent, *child)) {
            return;
        }
        heap.swap(root, child);
        root = child;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_of_up_to_seven_things_is_sorted() {
        for count in 0..=7_usize {
            let permutations: usize = (1..=count).product();
            for nth in 0..permutations {
                let things = permutation(count, nth);
                let order = sorted(count, &|a, b| things[a] < things[b]);
                let found: Vec<usize> = order.into_iter().map(|at| things[at]).collect();
                assert_eq!(found, (0..count).collect::<Vec<_>>(), "{things:?}");
            }
        }
    }

    fn permutation(count: usize, mut nth: usize) -> Vec<usize> {
        let mut left: Vec<usize> = (0..count).collect();
        let take = |size: usize| {
            let at = nth % size;
            nth /= size;
            left.swap_remove(at)
        };
        (1..=count).rev().map(take).collect()
    }
}
