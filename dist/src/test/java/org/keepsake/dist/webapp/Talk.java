package org.keepsake.dist.webapp;

import jakarta.servlet.http.HttpSession;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;

/** A WebSocket whose every message is put into the session it was opened in, and then echoed. */
@ServerEndpoint(value = "/talk", configurator = Talk.WithSession.class)
public final class Talk {

    private static final String SESSION = "session";

    /** Hands the session of the handshake on. */
    public static final class WithSession extends ServerEndpointConfig.Configurator {

        @Override
        public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
            config.getUserProperties().put(SESSION, request.getHttpSession());
        }
    }

    @OnMessage
    public String said(String text, Session socket) {
        if (socket.getUserProperties().get(SESSION) instanceof HttpSession session) {
            session.setAttribute("said", text);
        }
        return text;
    }
}
