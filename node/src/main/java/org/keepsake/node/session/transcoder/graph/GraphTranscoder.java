package org.keepsake.node.session.transcoder.graph;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.transcoder.Transcoder;
import org.keepsake.node.session.transcoder.TranscoderContext;
import org.keepsake.node.session.transcoder.TranscodingFailed;
import org.objenesis.Objenesis;
import org.objenesis.ObjenesisStd;

/** Takes graphs of objects apart itself, and leaves to its form only what the parts look like. Thread-safe. */
final class GraphTranscoder implements Transcoder {

    private final String name;
    private final TextForm form;
    private final TranscoderContext context;
    private final Shapes shapes;
    private final Converters converters;
    private final Objenesis maker = new ObjenesisStd(true);

    GraphTranscoder(String name, TextForm form, TranscoderContext context) {
        this.name = name;
        this.form = form;
        this.context = context;
        this.shapes = new Shapes(context);
        this.converters = new Converters(context);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public byte[] encode(Object value) throws TranscodingFailed {
        try {
            return form.write(new GraphWriter(context, shapes, converters).write(value));
        } catch (IOException | ReflectiveOperationException | RuntimeException | LinkageError e) {
            throw new TranscodingFailed(e.toString(), e);
        } catch (StackOverflowError e) {
            throw new TranscodingFailed("its object graph is too deep", e);
        }
    }

    @Override
    public Object decode(byte[] bytes) throws TranscodingFailed {
        try {
            @Nullable Object value = new GraphReader(context, shapes, converters, maker).read(form.read(bytes));
            if (value == null) {
                throw new TranscodingFailed("it is nothing", null);
            }
            return value;
        } catch (IOException | ReflectiveOperationException | RuntimeException | LinkageError e) {
            throw new TranscodingFailed(e.toString(), e);
        } catch (StackOverflowError e) {
            throw new TranscodingFailed("its object graph is too deep", e);
        }
    }
}
