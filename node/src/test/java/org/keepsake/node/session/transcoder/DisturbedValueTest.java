package org.keepsake.node.session.transcoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.AbstractList;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A value that another request changes while it is encoded is not one that cannot be encoded. */
class DisturbedValueTest {

    /** Fails so often before it encodes anything. */
    private static Transcoder failing(int times, Throwable cause, AtomicInteger calls) {
        return new PatientTranscoder(new Transcoder() {
            @Override
            public String name() {
                return "failing";
            }

            @Override
            public byte[] encode(Object value) throws TranscodingFailed {
                if (calls.incrementAndGet() <= times) {
                    throw new TranscodingFailed(cause.toString(), new IllegalStateException(cause));
                }
                return new byte[] {42};
            }

            @Override
            public Object decode(byte[] bytes) {
                return bytes[0];
            }
        });
    }

    @Test
    void encodesAgainWhatWasChangedMeanwhile() throws TranscodingFailed {
        AtomicInteger calls = new AtomicInteger();
        assertEquals(
                42, failing(3, new ConcurrentModificationException(), calls).encode(List.of())[0]);
        assertEquals(4, calls.get());
    }

    @Test
    void givesUpOnWhatIsNeverLeftAlone() {
        AtomicInteger calls = new AtomicInteger();
        Transcoder transcoder = failing(Integer.MAX_VALUE, new ConcurrentModificationException(), calls);
        assertThrows(TranscodingFailed.class, () -> transcoder.encode(List.of()));
        assertTrue(calls.get() > 1);
    }

    @Test
    void asksOnceWhatCannotBeEncoded() {
        AtomicInteger calls = new AtomicInteger();
        Transcoder transcoder = failing(Integer.MAX_VALUE, new NotSerializableException(), calls);
        assertThrows(TranscodingFailed.class, () -> transcoder.encode(List.of()));
        assertEquals(1, calls.get());
    }

    /** A list that throws, the first times it is read, what a collection throws that is changed. */
    public static final class Restless extends AbstractList<String> implements Serializable {

        private static final long serialVersionUID = 1L;

        private transient int disturbances = 3;

        private void writeObject(ObjectOutputStream out) throws IOException {
            disturb();
            out.defaultWriteObject();
        }

        private void disturb() {
            if (disturbances-- > 0) {
                throw new ConcurrentModificationException();
            }
        }

        @Override
        public Iterator<String> iterator() {
            disturb();
            return super.iterator();
        }

        @Override
        public String get(int index) {
            return "it";
        }

        @Override
        public int size() {
            return 1;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "kryo", "xstream", "flexjson", "javolution"})
    void everyTranscoderTellsThatItWasDisturbed(String name) throws TranscodingFailed {
        Transcoder transcoder = Transcoders.named(
                name, DisturbedValueTest.class.getClassLoader(), new TranscoderSettings(List.of(), false));
        assertEquals(List.of("it"), transcoder.decode(transcoder.encode(new Restless())));
    }
}
