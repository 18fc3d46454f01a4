"""Tests of the code that both variants share, against small fakes of Orthanc and of the service.

    python3 -m unittest discover -s Docker/orthanc
"""
