package org.keepsake.node.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.jasper.deploy.FunctionInfo;
import org.apache.jasper.deploy.TagAttributeInfo;
import org.apache.jasper.deploy.TagFileInfo;
import org.apache.jasper.deploy.TagInfo;
import org.apache.jasper.deploy.TagLibraryInfo;
import org.apache.jasper.deploy.TagLibraryValidatorInfo;
import org.apache.jasper.deploy.TagVariableInfo;

/** Reads a tag library descriptor of JSP 1.1 to 3.1 into what the JSP compiler takes. */
final class TagLibraryReader {

    private TagLibraryReader() {}

    /**
     * Reads a TLD.
     *
     * @param source how a failure names the file
     */
    static TagLibraryInfo read(InputStream in, String source) throws IOException {
        XmlElement root = XmlElement.read(in, source);
        TagLibraryInfo library = new TagLibraryInfo();
        // Up to JSP 1.1 the elements were written without hyphens.
        library.setTlibversion(either(root, "tlib-version", "tlibversion").orElse("1.0"));
        library.setJspversion(root.attribute("version")
                .or(() -> either(root, "jsp-version", "jspversion"))
                .orElse("2.0"));
        either(root, "short-name", "shortname").ifPresent(library::setShortname);
        root.text("uri").ifPresent(library::setUri);
        either(root, "description", "info").ifPresent(library::setInfo);
        root.all("listener").forEach(listener -> listener.text("listener-class").ifPresent(library::addListener));
        root.first("validator").flatMap(TagLibraryReader::validator).ifPresent(library::setValidator);
        root.all("tag").forEach(tag -> library.addTagInfo(tag(tag)));
        root.all("tag-file").forEach(file -> library.addTagFileInfo(tagFile(file)));
        root.all("function").forEach(function -> library.addFunctionInfo(function(function)));
        return library;
    }

    private static Optional<String> either(XmlElement element, String name, String oldName) {
        return element.text(name).or(() -> element.text(oldName));
    }

    private static Optional<TagLibraryValidatorInfo> validator(XmlElement element) {
        return element.text("validator-class").map(type -> {
            TagLibraryValidatorInfo validator = new TagLibraryValidatorInfo();
            validator.setValidatorClass(type);
            element.all("init-param")
                    .forEach(parameter -> parameter
                            .text("param-name")
                            .ifPresent(name -> validator.addInitParam(
                                    name, parameter.text("param-value").orElse(""))));
            return validator;
        });
    }

    private static TagInfo tag(XmlElement element) {
        TagInfo tag = new TagInfo();
        element.text("name").ifPresent(tag::setTagName);
        either(element, "tag-class", "tagclass").ifPresent(tag::setTagClassName);
        either(element, "tei-class", "teiclass").ifPresent(tag::setTagExtraInfo);
        either(element, "body-content", "bodycontent").ifPresent(tag::setBodyContent);
        either(element, "description", "info").ifPresent(tag::setInfoString);
        element.text("display-name").ifPresent(tag::setDisplayName);
        element.text("dynamic-attributes").ifPresent(tag::setDynamicAttributes);
        element.all("attribute").forEach(attribute -> tag.addTagAttributeInfo(attribute(attribute)));
        element.all("variable").forEach(variable -> tag.addTagVariableInfo(variable(variable)));
        return tag;
    }

    private static TagAttributeInfo attribute(XmlElement element) {
        TagAttributeInfo attribute = new TagAttributeInfo();
        element.text("name").ifPresent(attribute::setName);
        element.text("type").ifPresent(attribute::setType);
        element.text("required").ifPresent(attribute::setRequired);
        element.text("rtexprvalue").ifPresent(attribute::setReqTime);
        element.text("fragment").ifPresent(attribute::setFragment);
        element.text("description").ifPresent(attribute::setDescription);
        element.first("deferred-value").ifPresent(deferred -> {
            attribute.setDeferredValue("true");
            deferred.text("type").ifPresent(attribute::setExpectedTypeName);
        });
        element.first("deferred-method").ifPresent(deferred -> {
            attribute.setDeferredMethod("true");
            deferred.text("method-signature").ifPresent(attribute::setMethodSignature);
        });
        return attribute;
    }

    private static TagVariableInfo variable(XmlElement element) {
        TagVariableInfo variable = new TagVariableInfo();
        element.text("name-given").ifPresent(variable::setNameGiven);
        element.text("name-from-attribute").ifPresent(variable::setNameFromAttribute);
        element.text("variable-class").ifPresent(variable::setClassName);
        element.text("declare").ifPresent(variable::setDeclare);
        element.text("scope").ifPresent(variable::setScope);
        return variable;
    }

    private static TagFileInfo tagFile(XmlElement element) {
        TagFileInfo file = new TagFileInfo();
        element.text("name").ifPresent(file::setName);
        element.text("path").ifPresent(file::setPath);
        return file;
    }

    private static FunctionInfo function(XmlElement element) {
        FunctionInfo function = new FunctionInfo();
        element.text("name").ifPresent(function::setName);
        element.text("function-class").ifPresent(function::setFunctionClass);
        element.text("function-signature").ifPresent(function::setFunctionSignature);
        element.text("description").ifPresent(function::setDescription);
        return function;
    }
}
