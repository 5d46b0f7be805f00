package org.keepsake.node.session.transcoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two versions of one application, as they meet while nodes are upgraded one by one. */
class ChangedClassTest {

    @TempDir
    private Path folder;

    private int versions;

    /** The loader of an application whose class {@code Cart} has this body. */
    private ClassLoader version(String body) throws IOException {
        versions++;
        Path classes = Files.createDirectory(folder.resolve("v" + versions));
        JavaFileObject source =
                new SimpleJavaFileObject(URI.create("string:///shop/Cart.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return "package shop; public " + body;
                    }
                };
        boolean compiled = ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, null, List.of("-proc:none", "-d", classes.toString()), null, List.of(source))
                .call();
        assertEquals(true, compiled);
        return new URLClassLoader(new URL[] {classes.toUri().toURL()}, null);
    }

    private static String bean(String fields) {
        return "class Cart implements java.io.Serializable { private static final long serialVersionUID = 1; "
                + fields
                + " }";
    }

    private static Transcoder transcoder(String name, ClassLoader application) {
        return Transcoders.named(name, application, TranscoderSettings.DEFAULTS);
    }

    private static Object newCart(ClassLoader application) throws ReflectiveOperationException {
        return application.loadClass("shop.Cart").getConstructor().newInstance();
    }

    private static Object get(Object cart, String field) throws ReflectiveOperationException {
        return cart.getClass().getField(field).get(cart);
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "kryo", "xstream", "flexjson", "javolution"})
    void readsAClassWithAFieldMoreAndAFieldLess(String name) throws Exception {
        ClassLoader old = version(bean("public String kept = \"k\"; public String removed = \"r\";"));
        ClassLoader now = version(bean("public int added = 5; public String kept; public Object alsoAdded;"));
        Object read = transcoder(name, now).decode(transcoder(name, old).encode(newCart(old)));
        assertEquals("k", get(read, "kept"));
        assertEquals(0, get(read, "added"));
        assertNull(get(read, "alsoAdded"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "kryo", "xstream", "flexjson", "javolution"})
    void refusesAClassOfWhichAFieldHasAnotherType(String name) throws Exception {
        ClassLoader old = version(bean("public String price = \"ten\";"));
        ClassLoader now = version(bean("public int price;"));
        byte[] bytes = transcoder(name, old).encode(newCart(old));
        assertThrows(TranscodingFailed.class, () -> transcoder(name, now).decode(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "kryo", "xstream", "flexjson", "javolution"})
    void refusesAClassThatIsGone(String name) throws Exception {
        ClassLoader old = version(bean("public String kept = \"k\";"));
        ClassLoader now = new URLClassLoader(new URL[0], null);
        byte[] bytes = transcoder(name, old).encode(newCart(old));
        TranscodingFailed gone = assertThrows(
                TranscodingFailed.class, () -> transcoder(name, now).decode(bytes));
        assertEquals(true, String.valueOf(gone.getMessage()).contains("shop.Cart"), gone.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "kryo", "xstream", "flexjson", "javolution"})
    void readsARecordWithAComponentMoreAndOneLess(String name) throws Exception {
        String start = "class Cart implements java.io.Serializable { ";
        String made = "public java.io.Serializable made() { return new Item(\"a\", 1); } ";
        ClassLoader old = version(
                start + made + "public record Item(String name, int removed) implements java.io.Serializable {} }");
        ClassLoader now =
                version(start + "public record Item(long added, String name) implements java.io.Serializable {} }");
        Object cart = newCart(old);
        Object item = cart.getClass().getMethod("made").invoke(cart);
        Object read = transcoder(name, now).decode(transcoder(name, old).encode(item));
        assertEquals("Item[added=0, name=a]", read.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "kryo", "xstream", "flexjson", "javolution"})
    void refusesAConstantThatIsGoneAndFindsOneThatMoved(String name) throws Exception {
        ClassLoader old = version("enum Cart { SMALL, LARGE, GONE }");
        ClassLoader now = version("enum Cart { HUGE, LARGE, SMALL }");
        Object[] constants = old.loadClass("shop.Cart").getEnumConstants();
        byte[] small = transcoder(name, old).encode(constants[0]);
        assertEquals("small", transcoder(name, now).decode(small).toString().toLowerCase(Locale.ROOT));
        byte[] gone = transcoder(name, old).encode(constants[2]);
        assertThrows(TranscodingFailed.class, () -> transcoder(name, now).decode(gone));
    }
}
