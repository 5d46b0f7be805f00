package org.keepsake.node.session.transcoder.graph;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.util.Pool;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.transcoder.Transcoder;
import org.keepsake.node.session.transcoder.TranscoderContext;
import org.keepsake.node.session.transcoder.TranscodingFailed;
import org.objenesis.Objenesis;
import org.objenesis.ObjenesisStd;

/** Kryo behind the allow-list. Thread-safe: each call takes a Kryo of its own from a pool. */
final class KryoTranscoder implements Transcoder {

    private static final int MOST_POOLED = 32;

    private final TranscoderContext context;
    private final Shapes shapes;
    private final Objenesis maker = new ObjenesisStd(true);

    @SuppressWarnings("rawtypes") // a class cannot be asked for with its parameter
    private final List<Consumer> converters;

    private final Pool<Kryo> pool = new Pool<>(true, true, MOST_POOLED) {
        @Override
        protected Kryo create() {
            return newKryo();
        }
    };

    /** Makes the first Kryo at once, so that a missing jar or a wrong converter is told now. */
    KryoTranscoder(TranscoderContext context) {
        this.context = context;
        this.shapes = new Shapes(context);
        this.converters = context.customConverters(Consumer.class);
        pool.free(newKryo());
    }

    @SuppressWarnings("unchecked")
    private Kryo newKryo() {
        KryoReferences references = new KryoReferences();
        Kryo kryo = new CheckedKryo(shapes, references, new KryoSerializers(context, shapes, maker, references).all());
        kryo.setClassLoader(context.classLoader());
        converters.forEach(converter -> converter.accept(kryo));
        return kryo;
    }

    @Override
    public String name() {
        return "kryo";
    }

    @Override
    public byte[] encode(Object value) throws TranscodingFailed {
        Kryo kryo = pool.obtain();
        try {
            RoomyOutput out = new RoomyOutput();
            kryo.writeClassAndObject(out, value);
            return out.toBytes();
        } catch (RuntimeException | LinkageError e) {
            throw new TranscodingFailed(firstLine(e), e);
        } catch (StackOverflowError e) {
            throw new TranscodingFailed("its object graph is too deep", e);
        } finally {
            pool.free(kryo);
        }
    }

    @Override
    public Object decode(byte[] bytes) throws TranscodingFailed {
        Kryo kryo = pool.obtain();
        try {
            BoundedInput in = new BoundedInput(bytes);
            @Nullable Object value = kryo.readClassAndObject(in);
            if (value == null || !in.end()) {
                throw new TranscodingFailed("it is nothing, or more than one object", null);
            }
            return value;
        } catch (RuntimeException | LinkageError e) {
            throw new TranscodingFailed(firstLine(e), e);
        } catch (StackOverflowError e) {
            throw new TranscodingFailed("its object graph is too deep", e);
        } finally {
            pool.free(kryo);
        }
    }

    /** Kryo adds the way through the graph line by line. */
    private static String firstLine(Throwable e) {
        return e.toString().lines().findFirst().orElse("");
    }
}
