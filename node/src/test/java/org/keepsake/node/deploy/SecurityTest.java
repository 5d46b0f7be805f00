package org.keepsake.node.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keepsake.node.users.Users;

/** Who may see what. */
@Timeout(120)
class SecurityTest {

    private static final String WHO = """
            @WebServlet({"/who", "/in/*"})
            public class Who extends HttpServlet {
                protected void service(HttpServletRequest q, HttpServletResponse r) throws IOException {
                    r.getWriter().print(q.getRemoteUser() + " " + q.getAuthType() + " " + q.isUserInRole("admin"));
                }
            }
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private Running running(War war) throws IOException {
        Path file = Files.writeString(folder.resolve("users.xml"), """
                <tomcat-users>
                  <user username="alice" password="secret" roles="reader"/>
                  <user username="bob" password="pass" roles="admin"/>
                  <user username="carol" password="none" roles=""/>
                </tomcat-users>
                """);
        return Running.at("/app", war, folder, Users.read(file));
    }

    private static String constraint(String pattern, String more) {
        return "<security-constraint><web-resource-collection><web-resource-name>n</web-resource-name><url-pattern>"
                + pattern + "</url-pattern></web-resource-collection>" + more + "</security-constraint>";
    }

    private static String roles(String... roles) {
        StringBuilder constraint = new StringBuilder("<auth-constraint>");
        for (String role : roles) {
            constraint.append("<role-name>").append(role).append("</role-name>");
        }
        return constraint.append("</auth-constraint>").toString();
    }

    private static final String BASIC = "<login-config><auth-method>BASIC</auth-method></login-config>";

    private static int status(Running app, String path, String user, String password) throws Exception {
        return as(app, path, user, password).statusCode();
    }

    private static HttpResponse<String> as(Running app, String path, String user, String password) throws Exception {
        String credentials =
                Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return app.get(path, "Authorization", "Basic " + credentials);
    }

    @Test
    void letsInWhoHasTheRoleAndRefusesTheOthers() throws Exception {
        War war = War.empty()
                .webXml(constraint("/in/*", roles("reader", "admin"))
                        + constraint("/shut/*", roles())
                        + constraint("admin/*", roles("admin"))
                        + BASIC)
                .file("admin/a.txt", "admin")
                .file("shut/a.txt", "shut")
                .file("open.txt", "open")
                .classes("app.Who", WHO);
        try (Running app = running(war)) {
            HttpResponse<String> asked = app.get("/app/in/");
            assertEquals(401, asked.statusCode());
            assertEquals(
                    "Basic realm=\"Keepsake\"",
                    asked.headers().firstValue("WWW-Authenticate").orElse(""));
            assertEquals(
                    "alice BASIC false", as(app, "/app/in/", "alice", "secret").body());
            assertEquals("bob BASIC true", as(app, "/app/in/", "bob", "pass").body());
            assertEquals("bob BASIC true", as(app, "/app/who", "bob", "pass").body());
            assertEquals("null null false", app.body("/app/who"));
            assertEquals(401, status(app, "/app/in/", "alice", "wrong"));
            assertEquals(403, status(app, "/app/in/", "carol", "none"));
            assertEquals(403, status(app, "/app/admin/a.txt", "alice", "secret"));
            assertEquals(200, status(app, "/app/admin/a.txt", "bob", "pass"));
            assertEquals(403, status(app, "/app/shut/a.txt", "bob", "pass"));
            assertEquals("open", app.body("/app/open.txt"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/app//admin/a.txt",
                "/app/..;/app/admin/a.txt",
                "/app/x/..;/admin/a.txt",
                "/app/%2e%2e/app/admin/a.txt",
                "/app/x%5c..%5cadmin/a.txt",
                "/app/x/../admin/a.txt",
                "/app/./admin/a.txt",
                "/app/%61dmin/a.txt",
                "/app/admin;x=1/a.txt",
                "/app/admin/a.txt;jsessionid=1",
                "/app/x/%2e%2e/admin/a.txt",
                "/app/ADMIN/../admin//a.txt",
                "/app/admin%2Fa.txt"
            })
    void noSpellingOfAPathSlipsPastItsConstraint(String path) throws Exception {
        War war = War.empty()
                .webXml(constraint("/admin/*", roles("admin")) + BASIC)
                .file("admin/a.txt", "secret text");
        try (Running app = running(war)) {
            HttpResponse<String> answer = app.get(path);
            assertTrue(answer.statusCode() >= 400, path + ": " + answer.statusCode());
            assertTrue(!answer.body().contains("secret text"), path);
        }
    }

    @Test
    void oneStarMeansTheDeclaredRolesAndTwoMeanWhoeverLoggedIn() throws Exception {
        War war = War.empty()
                .webXml(constraint("/in/*", roles("*")) + constraint("/who", roles("**")) + BASIC
                        + "<security-role><role-name>reader</role-name></security-role>")
                .classes("app.Who", WHO);
        try (Running app = running(war)) {
            assertEquals(200, status(app, "/app/in/", "alice", "secret"));
            assertEquals(403, status(app, "/app/in/", "carol", "none"));
            assertEquals(200, status(app, "/app/who", "carol", "none"));
            assertEquals(401, app.get("/app/who").statusCode());
        }
    }

    @Test
    void rolesDeclaredByAnnotationAreDeclared() throws Exception {
        War war = War.empty()
                .webXml(constraint("/in/*", roles("*")) + BASIC)
                .classes("app.Who", "@jakarta.annotation.security.DeclareRoles(\"reader\")\n" + WHO);
        try (Running app = running(war)) {
            assertEquals(200, status(app, "/app/in/", "alice", "secret"));
            assertEquals(403, status(app, "/app/in/", "bob", "pass"));
        }
    }

    @Test
    void servletSecurityHoldsPerMethodAndNotWhereTheDescriptorSpeaks() throws Exception {
        String secured = """
                @ServletSecurity(value = @HttpConstraint(rolesAllowed = "admin"),
                        httpMethodConstraints = @HttpMethodConstraint(value = "GET", rolesAllowed = "reader"))
                """ + WHO;
        try (Running app = running(War.empty().webXml(BASIC).classes("app.Who", secured))) {
            assertEquals(200, status(app, "/app/who", "alice", "secret"));
            assertEquals(403, status(app, "/app/who", "bob", "pass"));
            HttpRequest.Builder post = app.request("/app/who", "Authorization", "Basic YWxpY2U6c2VjcmV0");
            assertEquals(
                    403,
                    app.send(post.POST(HttpRequest.BodyPublishers.noBody()).build())
                            .statusCode());
        }
        String web = constraint("/who", roles("**")) + BASIC;
        try (Running app = running(War.empty().webXml(web).classes("app.Who", secured))) {
            assertEquals(200, status(app, "/app/who", "carol", "none"));
            assertEquals(403, status(app, "/app/in/", "carol", "none"));
        }
    }

    @Test
    void aCompleteDescriptorSilencesTheAnnotations() throws Exception {
        String secured = "@ServletSecurity(@HttpConstraint(rolesAllowed = \"admin\"))\n" + WHO;
        War war = War.empty()
                .file(
                        "WEB-INF/web.xml",
                        "<web-app version='6.0' metadata-complete='true'><servlet><servlet-name>w</servlet-name>"
                                + "<servlet-class>app.Who</servlet-class></servlet><servlet-mapping>"
                                + "<servlet-name>w</servlet-name><url-pattern>/who</url-pattern></servlet-mapping></web-app>")
                .classes("app.Who", secured);
        try (Running app = running(war)) {
            assertEquals(200, app.get("/app/who").statusCode());
        }
    }

    @Test
    void sendsToHttpsWhatMustNotBeRead() throws Exception {
        String guarantee = "<user-data-constraint><transport-guarantee>CONFIDENTIAL</transport-guarantee>"
                + "</user-data-constraint>";
        War war = War.empty().webXml(constraint("/in/*", guarantee)).classes("app.Who", WHO);
        try (Running app = running(war)) {
            HttpResponse<String> answer = app.get("/app/in/");
            assertEquals(302, answer.statusCode());
            assertEquals(
                    "https://127.0.0.1:443/app/in/",
                    answer.headers().firstValue("Location").orElse(""));
        }
    }

    @Test
    void digestProvesThePasswordWithoutSendingIt() throws Exception {
        String digest = "<login-config><auth-method>DIGEST</auth-method><realm-name>r</realm-name></login-config>";
        War war = War.empty()
                .webXml(constraint("/in/*", roles("reader")) + digest)
                .classes("app.Who", WHO);
        try (Running app = running(war)) {
            String challenge =
                    app.get("/app/in/").headers().firstValue("WWW-Authenticate").orElse("");
            assertTrue(challenge.startsWith("Digest realm=\"r\""), challenge);
            assertEquals(
                    "alice DIGEST false",
                    DigestClient.get(app, "/app/in/", challenge, "alice", "secret")
                            .body());
            assertEquals(
                    401,
                    DigestClient.get(app, "/app/in/", challenge, "alice", "wrong")
                            .statusCode());
        }
    }

    @Test
    void refusesALoginConfigItCannotFollow() {
        DeploymentFailed unknown = assertThrows(
                DeploymentFailed.class,
                () -> running(War.empty().webXml("<login-config><auth-method>KERBEROS</auth-method></login-config>")));
        assertTrue(
                String.valueOf(unknown.getMessage())
                        .endsWith("auth-method KERBEROS is not BASIC, DIGEST, FORM or CLIENT-CERT"),
                unknown.getMessage());
        DeploymentFailed noPage = assertThrows(
                DeploymentFailed.class,
                () -> running(War.empty().webXml("<login-config><auth-method>FORM</auth-method></login-config>")));
        assertTrue(
                String.valueOf(noPage.getMessage()).endsWith("auth-method FORM without form-login-page"),
                noPage.getMessage());
    }
}
