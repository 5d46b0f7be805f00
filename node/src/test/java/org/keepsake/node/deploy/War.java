package org.keepsake.node.deploy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A WAR or JAR file made in a test: files, and classes compiled from source. */
public final class War {

    /** One time for every entry: a WAR that is written twice is the same twice. */
    private static final LocalDateTime WRITTEN = LocalDateTime.of(2026, 1, 1, 12, 0);

    private static final String IMPORTS = """
            import jakarta.servlet.*;
            import jakarta.servlet.annotation.*;
            import jakarta.servlet.http.*;
            import java.io.*;
            import java.util.*;
            """;

    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final String classes;

    private War(String classes) {
        this.classes = classes;
    }

    public static War empty() {
        return new War("WEB-INF/classes/");
    }

    /** A JAR file, for {@link #library}. */
    public static War jar() {
        return new War("");
    }

    public War file(String name, String content) {
        entries.put(name, content.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** A {@code web.xml} of Servlet 6.0 with this content. */
    public War webXml(String content) {
        return file(
                "WEB-INF/web.xml",
                "<web-app xmlns=\"https://jakarta.ee/xml/ns/jakartaee\" version=\"6.0\">" + content + "</web-app>");
    }

    public War library(String name, War jar) {
        entries.put("WEB-INF/lib/" + name, jar.bytes());
        return this;
    }

    /** Compiles classes: pairs of a binary name and its source without package and the usual imports. */
    public War classes(String... namesAndSources) {
        List<JavaFileObject> sources = new ArrayList<>();
        for (int i = 0; i < namesAndSources.length; i += 2) {
            sources.add(new Source(namesAndSources[i], namesAndSources[i + 1]));
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        Outputs outputs = new Outputs(compiler.getStandardFileManager(null, null, null));
        List<String> options = List.of("-proc:none", "-cp", System.getProperty("java.class.path"));
        if (!compiler.getTask(messages, outputs, null, options, null, sources).call()) {
            throw new IllegalArgumentException(messages.toString());
        }
        outputs.compiled.forEach(
                (name, bytes) -> entries.put(classes + name.replace('.', '/') + ".class", bytes.toByteArray()));
        return this;
    }

    public byte[] bytes() {
        try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
            write(bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path write(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            write(out);
        }
        return file;
    }

    private void write(OutputStream target) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(target)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                ZipEntry file = new ZipEntry(entry.getKey());
                file.setTimeLocal(WRITTEN);
                zip.putNextEntry(file);
                zip.write(entry.getValue());
            }
        }
    }

    /** The same as an exploded directory. */
    public Path explode(Path directory) throws IOException {
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            Path file = directory.resolve(entry.getKey());
            Path parent = file.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.write(file, entry.getValue());
        }
        return directory;
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(String name, String body) {
            super(URI.create("string:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
            int dot = name.lastIndexOf('.');
            this.text = (dot < 0 ? "" : "package " + name.substring(0, dot) + ";\n") + IMPORTS + body;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class Outputs extends ForwardingJavaFileManager<JavaFileManager> {

        private final Map<String, ByteArrayOutputStream> compiled = new LinkedHashMap<>();

        Outputs(JavaFileManager manager) {
            super(manager);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("bytes:///" + name), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return compiled.computeIfAbsent(name, key -> new ByteArrayOutputStream());
                }
            };
        }
    }
}
