package service;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * Asks the service in the same container whether it lives, for whatever runs the image without
 * Kubernetes. Ends with 0 where it does.
 */
public final class HealthCheck {
  private HealthCheck() {}

  public static void main(String[] args) {
    System.exit(isAlive(System.getenv().getOrDefault("PORT", "8080")) ? 0 : 1);
  }

  static boolean isAlive(String port) {
    URI address = URI.create("http://127.0.0.1:" + port + "/healthz/live");
    HttpRequest request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(2)).build();
    try {
      return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode()
          == 200;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (java.io.IOException e) {
      return false;
    }
  }
}
