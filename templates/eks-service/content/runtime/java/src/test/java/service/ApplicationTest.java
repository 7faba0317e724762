package service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContext;

@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {"management.server.port=0"})
class ApplicationTest {
  private final HttpClient client = HttpClient.newHttpClient();

  @Autowired private ApplicationContext context;

  @Value("${local.server.port}")
  private int port;

  @Value("${local.management.port}")
  private int metricsPort;

  @Value("${spring.application.name}")
  private String name;

  private HttpResponse<String> get(int at, String path) throws IOException, InterruptedException {
    URI address = URI.create("http://127.0.0.1:" + at + path);
    return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
  }

  @Test
  void saysWhatItIs() throws Exception {
    assertThat(get(port, "/").body()).isEqualTo("{\"service\":\"" + name + "\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/healthz/live", "/healthz/ready", "/healthz/load-balancer"})
  void isHealthy(String path) throws Exception {
    assertThat(get(port, path).statusCode()).isEqualTo(200);
  }

  @Test
  void livesWhenItWantsNoRequests() throws Exception {
    AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
    try {
      assertThat(get(port, "/healthz/ready").statusCode()).isEqualTo(503);
      assertThat(get(port, "/healthz/load-balancer").statusCode()).isEqualTo(503);
      assertThat(get(port, "/healthz/live").statusCode()).isEqualTo(200);
    } finally {
      AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
    }
  }

  @Test
  void keepsMetricsOnAPortOfTheirOwn() throws Exception {
    assertThat(get(metricsPort, "/metrics").body()).contains("jvm_memory_used_bytes");
    assertThat(get(port, "/metrics").statusCode()).isEqualTo(404);
  }

  @Test
  void checksItsOwnHealth() {
    assertThat(HealthCheck.isAlive(String.valueOf(port))).isTrue();
    assertThat(HealthCheck.isAlive("1")).isFalse();
  }
}
