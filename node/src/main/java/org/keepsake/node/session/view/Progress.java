package org.keepsake.node.session.view;

/**
 * How far a node has come with what all of them do together. Immutable. As text its numbers with spaces between them.
 *
 * @param confirmed the last view of which it knows that every node knows
 * @param recovered the last recovering view into which it has put what its heap has
 * @param unlisted the last view of which it knows that not all that is to be copied can be listed
 * @param waited for how many seconds it has known that every node goes by its present view
 * @param longest for how many seconds stores keep any session it knows of after its last use, see {@link View#longest}
 */
record Progress(long confirmed, long recovered, long unlisted, long waited, int longest) {

    private static final int NUMBERS = 5;

    String encode() {
        return confirmed + " " + recovered + " " + unlisted + " " + waited + " " + longest;
    }

    /** @throws IllegalArgumentException if it is none */
    static Progress decode(String text) {
        String[] numbers = text.split(" ", -1);
        if (numbers.length != NUMBERS) {
            throw new IllegalArgumentException("a progress of " + numbers.length + " numbers: it has " + NUMBERS);
        }
        return new Progress(
                Long.parseLong(numbers[0]),
                Long.parseLong(numbers[1]),
                Long.parseLong(numbers[2]),
                Long.parseLong(numbers[3]),
                Integer.parseInt(numbers[4]));
    }
}
